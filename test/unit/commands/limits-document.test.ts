import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AUDIT_LIMITS } from '../../../src/proof/completeness/limits.ts';
import { ROOT } from '../../../scripts/processes.ts';

type Unit = 'count' | 'bytes' | 'KiB' | 'MiB' | 'GiB' | 'ms' | 'us';
/** A number that the code holds to: its file below src/, the name that it has there, and the unit that it is in. */
type Bound = readonly [file: string, name: string, unit?: Unit];

const DOCUMENT = readFileSync(join(ROOT, 'docs', 'limits-and-bad-input.md'), 'utf8');

/** Rows of the document, by how their first column begins, and what of the code stands in the second one, in its order. */
const ROWS: readonly (readonly [row: string, ...bounds: Bound[]])[] = [
  // Redaction
  ['header or trailer value, request target', ['redact/limits.ts', 'maxHeaderValueBytes']],
  ['JSON string, form field', ['redact/limits.ts', 'maxValueBytes']],
  ['name of a form field; JSON number', ['redact/limits.ts', 'maxNumberBytes']],
  ['nesting of JSON or XML', ['redact/limits.ts', 'maxDepth']],
  ['JSON in a string of JSON', ['redact/limits.ts', 'maxNestedJson']],
  ['content encodings on top', ['redact/limits.ts', 'maxEncodings']],
  [
    'decoded bytes of a compressed body',
    ['redact/limits.ts', 'maxDecodedBytes', 'GiB'],
    ['redact/limits.ts', 'minRatioBytes', 'MiB'],
    ['redact/limits.ts', 'maxDecodedRatio'],
    ['redact/decode.ts', 'MAX_BLOCK_OUTPUT_BYTES', 'MiB'],
    ['redact/decode.ts', 'WIRE_BLOCK_BYTES', 'KiB'],
  ],
  [
    'message of gRPC or protobuf',
    ['redact/limits.ts', 'maxMessageBytes', 'MiB'],
    ['redact/protobuf/message.ts', 'MAX_MESSAGE_DEPTH'],
  ],
  ['message of a WebSocket', ['redact/limits.ts', 'maxMessageBytes', 'MiB']],
  ['work of the redaction engine', ['redact/limits.ts', 'maxEngineMs', 'ms']],
  [
    'descriptor set; message types',
    ['redact/protobuf/descriptor-set.ts', 'MAX_DESCRIPTOR_BYTES', 'MiB'],
    ['redact/protobuf/descriptor-set.ts', 'MAX_DESCRIPTOR_TYPES'],
    ['redact/protobuf/descriptor-set.ts', 'MAX_TYPE_DEPTH'],
  ],
  [
    'custom rules; file of them',
    ['redact/custom/index.ts', 'MAX_CUSTOM_RULES'],
    ['config/rules.ts', 'MAX_RULES_BYTES', 'MiB'],
  ],
  [
    'pattern of a custom rule',
    ['redact/custom/pattern.ts', 'MAX_PATTERN_CHARS'],
    ['redact/custom/pattern.ts', 'MAX_PROGRAM_SIZE'],
  ],
  [
    'multipart: head of a part',
    ['redact/walkers/multipart.ts', 'MAX_HEAD_CHARS', 'KiB'],
    ['redact/walkers/multipart.ts', 'MAX_OUTSIDE_CHARS', 'KiB'],
    ['redact/walkers/multipart.ts', 'MAX_NESTED_MULTIPART'],
  ],
  [
    'columns whose names are known',
    ['redact/walkers/csv.ts', 'MAX_COLUMNS'],
    ['redact/walkers/json-tables.ts', 'MAX_COLUMNS'],
    ['redact/walkers/html.ts', 'MAX_COLUMNS'],
  ],
  // Recorder
  ['gRPC message', ['capture/grpc-listener.ts', 'MAX_MESSAGE_BYTES', 'MiB']],
  ['messages of all streams', ['capture/incomplete-messages.ts', 'MAX_INCOMPLETE_BYTES', 'MiB']],
  [
    'gRPC connections',
    ['capture/grpc-listener.ts', 'MAX_CONNECTIONS'],
    ['capture/grpc-listener.ts', 'MAX_CONNECTION_STREAMS'],
  ],
  [
    'streams of access logs and counters',
    ['capture/log-streams.ts', 'MAX_STREAMS'],
    ['capture/grpc-listener.ts', 'HANDSHAKE_TIMEOUT_MS', 'ms'],
  ],
  [
    'fields in one message of headers',
    ['capture/ext-proc-wire.ts', 'MAX_HEADERS'],
    ['capture/ext-proc-wire.ts', 'MAX_HEADER_BYTES', 'MiB'],
  ],
  ['text of an Envoy attribute', ['capture/attributes.ts', 'MAX_TEXT']],
  ['workload id; name of a route', ['capture/shapes.ts', 'MAX_WORKLOAD_BYTES']],
  ['value that is kept as misshapen', ['capture/head.ts', 'MAX_MISSHAPEN_BYTES']],
  ['originals, and subject tokens', ['redact/tally.ts', 'MAX_VALUES'], ['capture/findings.ts', 'MAX_TOKENS']],
  ['record ', ['record/messages.ts', 'MAX_RECORD_BYTES', 'bytes']],
  [
    'entries in an access-log message',
    ['capture/access-log-wire.ts', 'MAX_ENTRIES'],
    ['capture/access-log-wire.ts', 'MAX_UNREADABLE'],
  ],
  ['answers withheld', ['capture/exchange.ts', 'MAX_HELD']],
  ['streams of observe that wait', ['capture/admission.ts', 'MAX_WAITING']],
  ['ids of cut calls', ['capture/streams.ts', 'MAX_CUT']],
  ['answer to a ping', ['capture/grpc-listener.ts', 'KEEPALIVE_MS', 'ms']],
  [
    'stream that was answered to its end',
    ['capture/left-streams.ts', 'LEFT_GRACE_MS', 'ms'],
    ['capture/left-streams.ts', 'MAX_UNREAD'],
  ],
  ['names and values of the headers of one gRPC stream', ['capture/stream-gate.ts', 'MAX_STREAM_HEADER_BYTES', 'KiB']],
  [
    'streams at once that no service bounds',
    ['capture/stream-gate.ts', 'MAX_PASSING'],
    ['capture/stream-gate.ts', 'PASSING_MS', 'ms'],
  ],
  ['streams of the health check', ['capture/health.ts', 'MAX_WATCHERS']],
  ['clients whose checks tell', ['capture/health.ts', 'MAX_PEERS'], ['capture/health.ts', 'MOST_PATIENCE_MS', 'ms']],
  ['Envoys whose clocks', ['capture/clock-readings.ts', 'MAX_NAMES'], ['capture/clock-readings.ts', 'MAX_TOLD']],
  [
    'at a stop, wait for the access log',
    ['capture/log-server.ts', 'LOG_GRACE_MS', 'ms'],
    ['capture/grpc-listener.ts', 'CLOSE_GRACE_MS', 'ms'],
  ],
  [
    'warnings and errors of one kind',
    ['runtime/logger.ts', 'MOST_LINES'],
    ['runtime/log-limit.ts', 'WINDOW_US', 'us'],
    ['runtime/log-limit.ts', 'MOST_KINDS'],
  ],
  ['lines of the log that can’t be written', ['runtime/logger.ts', 'MAX_UNWRITTEN_BYTES', 'MiB']],
  ['backlog of sealed bytes', ['record/ports.ts', 'HARD_BACKLOG_FACTOR']],
  [
    'bytes in one write and sync',
    ['spool/limits.ts', 'maxGroupBytes', 'MiB'],
    ['spool/limits.ts', 'maxRecentBytes', 'MiB'],
  ],
  ['room beyond a full spool', ['spool/limits.ts', 'keptBytes', 'MiB']],
  ['damaged copies of a segment', ['spool/recover.ts', 'MAX_KEPT_NAMES']],
  ['ingest keys file', ['commands/recorder-process.ts', 'MAX_INGEST_FILE_BYTES', 'KiB']],
  [
    'counters of Envoy',
    ['capture/metrics-wire.ts', 'MAX_FAMILIES'],
    ['capture/metrics-wire.ts', 'MAX_VALUES'],
    ['capture/metrics-wire.ts', 'MAX_NAME_BYTES', 'bytes'],
  ],
  ['restart: calls without an end', ['seal/recover.ts', 'maxUnfinished'], ['seal/recover.ts', 'MAX_KEYS']],
  ['at a stop of `accesslog`', ['commands/accesslog-process.ts', 'DRAIN_TIMEOUT_MS', 'ms']],
  ['at a stop, all of that wait', ['commands/producer-process.ts', 'DRAIN_EXTRA_MS', 'ms']],
  [
    'connections to `telemetry.address`',
    ['runtime/telemetry-server.ts', 'MAX_CONNECTIONS'],
    ['runtime/telemetry-server.ts', 'REQUEST_TIMEOUT_MS', 'ms'],
  ],
  ['at a stop, wait for the broker', ['commands/publishing.ts', 'PUBLISH_GRACE_MS', 'ms']],
  ['at a stop of `up`', ['commands/backlog.ts', 'INGEST_MS', 'ms']],
  ['sent batches remembered', ['commands/sent-batches.ts', 'MAX_SENT']],
  [
    'positions of all epochs',
    ['proof/note.ts', 'MAX_NOTE_BYTES', 'bytes'],
    ['ledger/epochs.ts', 'MAX_HELD_EPOCHS'],
    ['commands/ledger-client.ts', 'POSITIONS_TIMEOUT_MS', 'ms'],
  ],
  ['processes of `--processes`', ['commands/fleet.ts', 'MAX_PROCESSES']],
  [
    'pause before a process',
    ['commands/fleet.ts', 'FIRST_PAUSE_MS', 'ms'],
    ['commands/fleet.ts', 'LONGEST_PAUSE_MS', 'ms'],
  ],
  ['a process of `--processes`', ['commands/recorder-fleet.ts', 'ENDING_MS', 'ms']],
  // Kafka
  [
    'connection; request',
    ['bus/kafka.ts', 'CONNECTION_TIMEOUT_MS', 'ms'],
    ['bus/kafka.ts', 'REQUEST_TIMEOUT_MS', 'ms'],
  ],
  ['messages taken at once', ['record/messages.ts', 'MAX_LOT_MESSAGES']],
  ['leaving the bus', ['commands/ledger-process.ts', 'LEAVE_BUS_MS', 'ms']],
  ['batch of another client', ['bus/compression.ts', 'MAX_BATCH_BYTES', 'MiB']],
  ['disconnecting', ['bus/kafka.ts', 'CLOSE_TIMEOUT_MS', 'ms']],
  // Ledger
  ['messages in one commit', ['ledger/options.ts', 'maxBytes', 'MiB'], ['ledger/options.ts', 'maxLeaves']],
  ['batches of keys that nobody', ['ledger/options.ts', 'maxWaiting']],
  ['batches that one batch', ['ledger/epochs.ts', 'MAX_GAP_BATCHES'], ['ledger/epochs.ts', 'MAX_GAPS']],
  ['epochs of a key that the state', ['ledger/epochs.ts', 'MAX_HELD_EPOCHS']],
  ['keys of a log', ['proof/key-registry.ts', 'MAX_KEYS']],
  [
    'enrolment files',
    ['commands/enrolments.ts', 'MAX_ENROLMENTS'],
    ['commands/enrolments.ts', 'MAX_ENROLMENT_BYTES', 'KiB'],
  ],
  ['period keys', ['seal/key-store.ts', 'MAX_PERIOD_KEYS']],
  ['interval keys that are held', ['seal/local-key-service.ts', 'MAX_OPEN_INTERVALS']],
  ['key file', ['seal/key-files.ts', 'MAX_KEY_FILE_BYTES', 'MiB']],
  ['ingest keys in it', ['seal/key-store.ts', 'MAX_INGEST_KEYS']],
  ['state file; staged file', ['ledger/state.ts', 'MAX_STATE_BYTES', 'MiB']],
  ['key page', ['ledger/publish.ts', 'MAX_KEY_PAGE_BYTES', 'MiB']],
  [
    'connections; silence on one',
    ['ledger/http-bounds.ts', 'MAX_CONNECTIONS'],
    ['ledger/http-bounds.ts', 'IDLE_TIMEOUT_MS', 'ms'],
  ],
  ['requests of one connection', ['runtime/connection-bounds.ts', 'MAX_PIPELINED']],
  ['until an answer is read', ['ledger/http-bounds.ts', 'ANSWER_TIMEOUT_MS', 'ms']],
  ['HTTP request body', ['ledger/http.ts', 'MAX_REQUEST_BYTES', 'KiB']],
  [
    'HTTP request; TLS',
    ['ledger/http.ts', 'REQUEST_TIMEOUT_MS', 'ms'],
    ['ledger/http.ts', 'HANDSHAKE_TIMEOUT_MS', 'ms'],
  ],
  // Commands and files
  ['configuration file', ['config/load.ts', 'MAX_CONFIG_BYTES', 'MiB']],
  ['what YAML aliases say', ['config/document.ts', 'MAX_ALIASES']],
  ['PEM file', ['runtime/certificates.ts', 'MAX_PEM_BYTES', 'MiB']],
  ['SASL password file', ['commands/kafka-settings.ts', 'MAX_SECRET_BYTES', 'KiB']],
  [
    'payloads that `verify` lists',
    ['ledger/payload-audit.ts', 'MAX_LISTED_FAULTS'],
    ['commands/verify-report.ts', 'MAX_SHOWN_FAULTS'],
  ],
  ['leaves that lack payloads', ['ledger/payload-audit.ts', 'MAX_UNSETTLED']],
  ['what the log says is missing', ['proof/verify-log.ts', 'MAX_LISTED_MISSING']],
  ['certificates that `verify` makes again', ['proof/completeness/certificate-book.ts', 'MAX_CLAIMS']],
  ['findings on the continuity', ['proof/continuity.ts', 'MAX_FINDINGS'], ['proof/continuity.ts', 'MAX_EPOCHS']],
  [
    'epochs that `verify` holds',
    ['proof/epoch-book.ts', 'MAX_OPEN_EPOCHS'],
    ['proof/epoch-book.ts', 'MAX_CLOSED_EPOCHS'],
    ['proof/epoch-chain.ts', 'MAX_EPOCH_HOLES'],
  ],
  ['part that `show --content`', ['commands/show.ts', 'MAX_SHOWN_BYTES', 'MiB']],
  ['proof file', ['proof/proof-file.ts', 'MAX_PROOF_FILE_BYTES', 'MiB']],
  ['quarantined messages that', ['commands/dead-letters.ts', 'MAX_LISTED']],
  [
    'requests of `deadletter retry`',
    ['commands/retries.ts', 'MAX_AT_ONCE'],
    ['ledger/ledger.ts', 'MAX_DEAD_LETTER_BYTES', 'MiB'],
  ],
  [
    '`disclose`: content',
    ['commands/disclose.ts', 'MAX_LIST_BYTES', 'MiB'],
    ['commands/disclose.ts', 'MAX_VALUE_BYTES', 'MiB'],
    ['commands/disclose.ts', 'MAX_ORIGINALS_BYTES', 'MiB'],
  ],
  ['`redact --json`', ['commands/redact.ts', 'MAX_EXPLAINED_BYTES', 'MiB']],
  [
    '`keys enroll --url`',
    ['commands/keys.ts', 'MAX_ANSWER_BYTES', 'KiB'],
    ['commands/keys.ts', 'REQUEST_TIMEOUT_MS', 'ms'],
  ],
  ['windows that are not whole', ['audit/agenda.ts', 'MAX_REVIEWED']],
];

const PER_UNIT: Readonly<Record<Unit, number>> = {
  count: 1,
  bytes: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  ms: 1000,
  us: 1_000_000,
};

/** A number of the code: a constant, or a member of an object, that is written as a product or a power of numbers. */
function numberOf(file: string, name: string): number {
  const source = readFileSync(join(ROOT, 'src', file), 'utf8');
  const found = [
    ...source.matchAll(
      new RegExp(`(?:const ${name}(?:: [^=]+)? = |\\b${name}: )([\\d_]+(?: (?:\\*\\*?|<<) [\\d_]+)*)[;,\\s]`, 'g'),
    ),
  ];
  assert.equal(found.length, 1, `${name} in ${file}`);
  const [first = NaN, ...rest] = (found[0]?.[1] ?? '')
    .split(/ (?:\*\*?|<<) /)
    .map((each) => Number(each.replaceAll('_', '')));
  const operator = / (\*\*|<<|\*) /.exec(found[0]?.[1] ?? '')?.[1];
  return rest.reduce(
    (value, next) => (operator === '**' ? value ** next : operator === '<<' ? value << next : value * next),
    first,
  );
}

function shown(value: number, unit: Unit): string {
  const text = (value / PER_UNIT[unit]).toLocaleString('en-US');
  if (unit === 'count') return text;
  return `${text} ${unit === 'ms' || unit === 'us' ? 's' : unit}`;
}

describe('docs/limits-and-bad-input.md', () => {
  const rows = DOCUMENT.slice(0, DOCUMENT.indexOf('\n## Calls'))
    .split('\n')
    .filter((line) => line.startsWith('| '));

  for (const [begins, ...bounds] of ROWS)
    it(`has the numbers of the code: ${begins}`, () => {
      const row = rows.filter((line) => line.startsWith(`| ${begins}`));
      assert.equal(row.length, 1, `rows that begin with ${begins}`);
      const [, limits = ''] = (row[0] ?? '').split(' | ');
      let at = 0;
      for (const [file, name, unit = 'count'] of bounds) {
        const text = shown(numberOf(file, name), unit);
        const found = limits
          .slice(at)
          .search(new RegExp(`(?<![\\d.,])${text.replaceAll('.', '\\.')}(?![\\d]|[.,]\\d)`));
        assert.ok(found >= 0, `${name} is ${text}, not in: ${limits.slice(at)}`);
        at += found;
      }
    });
});

describe('docs/completeness.md', () => {
  const document = readFileSync(join(ROOT, 'docs', 'completeness.md'), 'utf8').replaceAll('\n', ' ');

  it('has the numbers by which certificates are made', () => {
    const { maxSettled, maxCalls, maxRemembered, maxWindows, maxNodes, maxCarriers, maxLeft, maxListed } = AUDIT_LIMITS;
    for (const [limit, what] of [
      [maxSettled, 'whole calls'],
      [maxCalls, 'others'],
      [maxRemembered, 'ids'],
      [maxWindows, 'windows with calls'],
      [maxNodes, 'nodes'],
      [maxCarriers, 'recorders'],
      [maxLeft, 'times that forgotten ones left unknown'],
      [maxListed, 'calls'],
    ] as const)
      assert.ok(document.includes(`${shown(limit, 'count')} ${what}`), `${limit} ${what}`);
  });
});
