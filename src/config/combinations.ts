import type { z } from 'zod';
import { HARD_BACKLOG_FACTOR } from '../record/index.ts';
import { clashes, portRow } from './ports.ts';
import type { PortSettings } from './ports.ts';

type Issues = Pick<z.core.$RefinementCtx, 'addIssue'>;

/** Refuses one setting, by its path, in words that say what it needs. */
function refuse(issues: Issues, path: string, message: string): void {
  issues.addIssue({ code: 'custom', path: path.split('.'), message });
}

/** A certificate and its private key: each needs the other. */
export function checkPair({ certFile, keyFile }: { certFile: string; keyFile: string }, issues: Issues): void {
  if (certFile !== '' && keyFile === '') refuse(issues, 'keyFile', 'certFile needs its private key');
  if (certFile === '' && keyFile !== '') refuse(issues, 'certFile', 'keyFile is set without its certificate');
}

/** Settings of a server's TLS that only work together: half of them would be no TLS, and say nothing. */
export function checkTls(
  { certFile, keyFile, clientCaFile }: { certFile: string; keyFile: string; clientCaFile: string },
  issues: Issues,
): void {
  checkPair({ certFile, keyFile }, issues);
  if (certFile === '' && clientCaFile !== '')
    refuse(issues, 'certFile', 'clientCaFile is set, without a certificate there is no TLS and no client is checked');
}

/** A shard is one of those that are counted: what is written under another number can't be taken back. */
export function checkShard({ shard, shardCount }: { shard: number; shardCount: number }, issues: Issues): void {
  if (shard >= shardCount)
    refuse(issues, 'shard', `shardCount is ${shardCount}: shards are numbered from 0 to ${shardCount - 1}`);
}

/** Observe gives up bodies, and begins no further call, before records are refused: its bound must be reached first. */
export function checkBacklog(
  { capture, seal }: { capture: { maxBufferedBytes: number }; seal: { maxBacklogBytes: number } },
  issues: Issues,
): void {
  if (capture.maxBufferedBytes < HARD_BACKLOG_FACTOR * seal.maxBacklogBytes) return;
  refuse(
    issues,
    'seal.maxBacklogBytes',
    `more than a quarter of capture.maxBufferedBytes (${capture.maxBufferedBytes}) is needed: records would be refused before bodies are given up`,
  );
}

/** With the embedded bus one process serves all of them; with Kafka they may be on machines of their own. */
export function checkPorts(config: PortSettings & { bus: { kind: string } }, issues: Issues): void {
  if (config.bus.kind !== 'embedded') return;
  const rows = (['capture', 'ledger', 'telemetry'] as const).map((listener) => portRow(config, listener));
  for (const [one, other] of clashes(rows))
    refuse(
      issues,
      other.setting,
      `${one.setting} is ${one.first} on the same address: set one of the two to another port`,
    );
}

/** What {@link checkKafkaSecurity} looks at. */
export interface KafkaSecurity {
  readonly tls: boolean;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly saslMechanism: string;
  readonly saslUsername: string;
  readonly saslPasswordFile: string;
  readonly saslWithoutTls: boolean;
}

/** The same for the connection to the brokers; and a password only over TLS, unless somebody says otherwise. */
export function checkKafkaSecurity(kafka: KafkaSecurity, issues: Issues): void {
  const { tls, caFile, certFile, saslMechanism, saslWithoutTls } = kafka;
  const isSasl = saslMechanism !== 'none';
  if (!tls && caFile !== '') refuse(issues, 'tls', 'caFile is set, without tls: true no certificate is checked');
  checkPair(kafka, issues);
  if (!tls && certFile !== '') refuse(issues, 'tls', 'certFile is set, without tls: true no certificate is shown');
  for (const name of ['saslUsername', 'saslPasswordFile'] as const) {
    if (isSasl && kafka[name] === '') refuse(issues, name, `saslMechanism ${saslMechanism} needs it`);
    if (!isSasl && kafka[name] !== '') refuse(issues, 'saslMechanism', `${name} is set: choose a mechanism`);
  }
  if (isSasl && !tls && !saslWithoutTls)
    refuse(
      issues,
      'tls',
      `saslMechanism ${saslMechanism} without TLS lets others on the way read the connection and guess the password: ` +
        'set tls: true, or saslWithoutTls: true to allow it',
    );
}
