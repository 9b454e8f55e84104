import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@grpc/grpc-js';
import { bodyOf, REQUEST, RESPONSE } from '../../../integration/capture/support/calls.ts';
import { connect, EnvoyStream } from '../../../integration/capture/support/envoy-client.ts';
import { affidavit, messageLines } from '../../../integration/commands/support/cli.ts';
import type { Up } from '../../../integration/commands/support/cli.ts';

const STOP_MS = 60_000;

/** What `affidavit verify --json` says of a log. */
export interface Report {
  readonly trusted: boolean;
  readonly checkpoint: { readonly size: number };
  readonly kinds: Readonly<Record<string, number>>;
}

/** One strict call from beginning to end; gives its gRPC status. When it is 0 the call is recorded. */
export async function strictCall(port: number): Promise<number> {
  const client = connect(port);
  try {
    return await strictCallOn(client, '{"a":1}');
  } finally {
    client.close();
  }
}

/** The same over a connection that there is, with a body of its own. */
export async function strictCallOn(client: Client, body: string): Promise<number> {
  const call = new EnvoyStream(client, 'strict');
  for (const message of [REQUEST, bodyOf('request', body, true), RESPONSE, bodyOf('response', '{}', true)]) {
    const answer = await call.ask(message);
    if ('immediate_response' in answer || call.status !== undefined) break;
  }
  call.halfClose();
  const status = await call.ended();
  return call.replies.some((reply) => 'immediate_response' in reply) ? -1 : status;
}

/** The most memory that a process has had, in bytes. */
export function peakBytes({ pid }: { readonly pid: number }): number {
  const [, kilobytes = 'none'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** Ends in order, and has said nothing that is no line of the log: no stack. */
export async function assertEndsInOrder(up: Up): Promise<void> {
  await up.service.stop(STOP_MS);
  assert.equal(up.service.ended(), 'exit code 0');
  assert.deepEqual(messageLines(readFileSync(up.service.logFile, 'utf8')), []);
}

/** The log of a data folder, with its payloads, verifies. */
export async function verified(data: string, ledger = join(data, 'ledger')): Promise<Report> {
  const { status, stdout, stderr } = await affidavit(['verify', ledger, '--data', data, '--json']);
  assert.equal(status, 0, stderr);
  const report = JSON.parse(stdout) as Report;
  assert.equal(report.trusted, true);
  return report;
}
