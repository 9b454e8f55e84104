import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../../src/config/index.ts';
import { Ledger, LedgerReader, noLock } from '../../../src/ledger/index.ts';
import {
  buildProofFile,
  encodeBase64,
  encodeHex,
  formatVerifierKey,
  noteKey,
  openLeaf,
  sha256,
  verifyLog,
  verifyProofFile,
} from '../../../src/proof/index.ts';
import { FORMAT, Frame, KEY_ACTION, KEY_ROLE } from '../../../src/record/index.ts';
import type { SignedKey } from '../../../src/record/index.ts';
import { nodeFiles, silentLogger } from '../../../src/runtime/index.ts';
import type { Clock } from '../../../src/runtime/index.ts';
import {
  KEY_SERVICE_FILE,
  KeyFolder,
  nodeKeyFiles,
  Producer,
  SigningKey,
  signKeyStatement,
} from '../../../src/seal/index.ts';
import type { IngestKeySet } from '../../../src/seal/index.ts';
import { collect, openParts } from '../../../src/commands/index.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { goldenReport } from '../../unit/proof/golden.ts';
import type { Golden } from '../../unit/proof/golden.ts';
import { writeCalls, writeRest } from './records.ts';

/** What stands in golden.json: what every golden log's has, and the payloads. */
export interface GoldenWithPayloads extends Golden {
  /** SHA-256 (hex) of each payload part in clear, by `<leaf>/<number of the part's name>`. */
  payloads: Record<string, string>;
}

const ORIGIN = 'golden.example/log/0';
/** 2026-01-02T03:04:05.678901Z */
const START_US = 1_767_323_045_678_901;
const MAX_PART_BYTES = 1_048_576;

/** A clock that moves a millisecond each time that somebody looks. */
function steppingClock(): Clock {
  let steps = 0;
  const step = (): number => (steps += 1) * 1000;
  return { nowUs: () => START_US + step(), monotonicUs: step };
}

const shared = {
  logOrigin: ORIGIN,
  environment: 'production',
  tenant: 'north',
  retentionClass: 'standard',
  softwareVersion: '0.1.0',
  role: 'recorder',
};

/** A producer, and the frames that it has written. */
interface Made {
  readonly frames: Uint8Array[];
  readonly producer: Producer;
}

/** Starts an epoch. */
export async function startProducer(
  key: SigningKey,
  ingestKeys: IngestKeySet,
  clock: Clock,
  seed: number,
  previous?: { epoch: Uint8Array; batches: number },
): Promise<Made> {
  const frames: Uint8Array[] = [];
  const append = (added: readonly Uint8Array[]): Promise<number> => {
    frames.push(...added.map((frame) => frame.slice()));
    return Promise.resolve(frames.length - added.length);
  };
  const random = new SeededRandom(seed);
  const { maxBatchRecords, maxBacklogBytes } = parseConfig('', {}).seal;
  const limits = { maxBatchRecords, maxBacklogBytes };
  const options = { ...shared, key, ingestKeys, clock, random, previous, limits };
  const producer = await Producer.start({ ...options, spool: { append } });
  return { frames, producer };
}

function batchesIn(frames: readonly Uint8Array[]): number {
  return frames.filter((frame) => Frame.decode(frame).batch !== undefined).length;
}

/** Keys and a ledger, while a golden log is made. */
export class Making {
  readonly clock = steppingClock();
  readonly keys: KeyFolder;
  readonly ledger: Ledger;
  /** The ledger's folder. */
  readonly log: string;
  private position = 0;

  private constructor(keys: KeyFolder, ledger: Ledger, log: string) {
    this.log = log;
    this.keys = keys;
    this.ledger = ledger;
  }

  static async begin(folder: string): Promise<Making> {
    const random = new SeededRandom(1);
    const keys = await KeyFolder.init({ directory: join(folder, 'keys'), files: nodeKeyFiles, random });
    const clock = steppingClock();
    const [root, ledgerKey, recorder] = await Promise.all(
      (['root', 'ledger', 'recorder'] as const).map((name) => keys.signingKey(name)),
    );
    if (root === undefined || ledgerKey === undefined || recorder === undefined) throw new Error('keys are missing');
    const ledger = await Ledger.open({
      directory: join(folder, 'log'),
      files: nodeFiles,
      clock,
      random,
      logger: silentLogger,
      origin: ORIGIN,
      shard: 0,
      shardCount: 1,
      logKey: await keys.signingKey('log'),
      ledgerKey,
      rootPublicKey: root.publicKey,
      enrolments: [enrolment(root, ledgerKey, KEY_ROLE.ledger, 'ledger'), enrolment(root, recorder)],
      keyService: await keys.keyService(clock),
      sourceId: 'embedded:golden',
      environment: shared.environment,
      tenant: shared.tenant,
      retentionClass: shared.retentionClass,
      lock: noLock,
    });
    return new Making(keys, ledger, join(folder, 'log'));
  }

  /** Hands frames to the ledger, as a bus would; `skip` positions are left out before. */
  async carry(frames: readonly Uint8Array[], skip = 0): Promise<void> {
    const first = this.position + skip;
    await this.ledger.ingest(frames.map((value, i) => ({ position: first + i, value })));
    this.position = first + frames.length;
  }
}

/** What the root key says of another key. */
export function enrolment(
  root: SigningKey,
  { publicKey }: SigningKey,
  role: number = KEY_ROLE.producer,
  name = 'recorder',
  action: number = KEY_ACTION.enrolled,
  timeUs = START_US,
): SignedKey {
  return signKeyStatement(root, { format: FORMAT, logOrigin: ORIGIN, action, role, publicKey, name, timeUs });
}

/** Three epochs: whole but for a batch that is late; cut off, with one that never comes; of a key enrolled too late. */
async function fill(making: Making): Promise<void> {
  const { keys, ledger, clock } = making;
  const [root, recorder] = [await keys.signingKey('root'), await keys.signingKey('recorder')];
  const ingest = await keys.ingestKeys(root.publicKey);
  const first = await startProducer(recorder, ingest, clock, 2);
  await writeCalls(first.producer);
  await first.producer.heartbeat();
  await first.producer.drain();
  await first.producer.stop();
  const late = first.frames.length - 3;
  await making.carry(first.frames.filter((_, i) => i !== late));
  await making.carry([...first.frames.slice(late, late + 1), new TextEncoder().encode('not a frame')]);

  const { epoch } = first.producer;
  const second = await startProducer(recorder, ingest, clock, 3, { epoch, batches: batchesIn(first.frames) });
  await writeRest(second.producer);
  await making.carry([...second.frames.slice(0, 1), ...second.frames.slice(2)]);
  const before = { epoch: second.producer.epoch, batches: batchesIn(second.frames) };
  const third = await startProducer(recorder, ingest, clock, 4, before);
  await making.carry(third.frames, 2);

  const other = SigningKey.generate(new SeededRandom(5));
  const unknown = await startProducer(other, ingest, clock, 6);
  await unknown.producer.stop();
  await making.carry(unknown.frames.slice(0, 1));
  await ledger.enrol(enrolment(root, other, KEY_ROLE.producer, 'second-recorder'));
  const retired = enrolment(root, other, KEY_ROLE.producer, 'second-recorder', KEY_ACTION.retired, START_US + 1);
  await ledger.enrol(retired);
  await third.producer.stop();
  await making.carry(third.frames.slice(1));
}

/**
 * Makes a golden log of this format: the ledger's published files, what verifies it (golden.json), proof files, and the
 * key service's keys, with which its payloads open. What a release has written is never changed, and every later
 * version must verify it; so this is for a new format's folder: `node make.ts <new folder>`.
 */
export function makeGolden(target: string): Promise<void> {
  return makeLog(target, fill);
}

/** Makes a golden log of what `fillLog` writes. */
export async function makeLog(target: string, fillLog: (making: Making) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'affidavit-golden-'));
  try {
    const making = await Making.begin(folder);
    await fillLog(making);
    await making.ledger.close();
    // Partial tiles of earlier checkpoints have had their day.
    const outdated = new RegExp(`\\.p/(?!${making.ledger.size}$)\\d+$`);
    await mkdir(target, { recursive: true });
    const written = await readdir(join(folder, 'log'));
    for (const name of ['checkpoint', 'tile', 'payload', 'deadletter'].filter((each) => written.includes(each)))
      await cp(join(folder, 'log', name), join(target, name), {
        recursive: true,
        filter: (path) => !outdated.test(path),
      });
    await mkdir(join(target, 'keys'), { recursive: true });
    await cp(join(folder, 'keys', KEY_SERVICE_FILE), join(target, 'keys', KEY_SERVICE_FILE));
    const golden = await describe(making.keys, target);
    await writeFile(join(target, 'golden.json'), `${JSON.stringify(golden, undefined, 2)}\n`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function describe(keys: KeyFolder, target: string): Promise<GoldenWithPayloads> {
  const rootKey = (await keys.signingKey('root')).publicKey;
  const logKey = formatVerifierKey(noteKey(ORIGIN, (await keys.signingKey('log')).publicKey));
  const reader = new LedgerReader(nodeFiles, target);
  const report = await verifyLog(reader, { logKey, rootKey });
  const proofs: GoldenWithPayloads['proofs'] = {};
  await mkdir(join(target, 'proofs'), { recursive: true });
  for (const leaf of [0, 4, report.checkpoint.size - 1]) {
    const text = await buildProofFile(reader, leaf);
    await writeFile(join(target, 'proofs', `${leaf}.json`), text);
    const { record } = verifyProofFile(text, { logKey, rootKey });
    proofs[`${leaf}.json`] = { leaf, kind: record.kind, seq: record.seq };
  }
  const payloads = await openPayloads(reader, keys, report.checkpoint.size);
  return { logKey, rootKey: encodeBase64(rootKey), found: goldenReport(report), proofs, payloads };
}

/** SHA-256 (hex) of each stored payload part in clear, by `<leaf>/<number of the part's name>`. */
export async function openPayloads(
  reader: LedgerReader,
  keys: KeyFolder,
  size: number,
): Promise<Record<string, string>> {
  const keyService = await keys.keyService(steppingClock());
  const payloads: Record<string, string> = {};
  for await (const { index, bytes } of reader.leaves(size))
    for (const { name, chunks } of await openParts(reader, keyService, index, openLeaf(bytes).record))
      if (chunks !== undefined)
        payloads[`${index}/${name}`] = encodeHex(sha256(await collect(chunks, MAX_PART_BYTES)));
  return payloads;
}

if (process.argv[1] === import.meta.filename) {
  const [, , target] = process.argv;
  if (target === undefined) throw new Error('usage: make.ts <new folder>');
  await makeGolden(target);
}
