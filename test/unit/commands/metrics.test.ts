import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Auditor } from '../../../src/audit/index.ts';
import { addAuditMetrics } from '../../../src/commands/audit-metrics.ts';
import { addLedgerMetrics } from '../../../src/commands/ledger-metrics.ts';
import {
  addBusMetrics,
  addKeeperMetrics,
  addRecorderMetrics,
  addSpoolMetrics,
  groupMetrics,
} from '../../../src/commands/recorder-metrics.ts';
import type { RecorderParts } from '../../../src/commands/recorder-metrics.ts';
import { parseConfig } from '../../../src/config/index.ts';
import { AffidavitError } from '../../../src/record/index.ts';
import type { Ledger } from '../../../src/ledger/index.ts';
import { systemClock } from '../../../src/runtime/index.ts';
import type { Telemetry } from '../../../src/runtime/index.ts';
import type { Spool } from '../../../src/spool/index.ts';

/** Stands for what is asked only when somebody looks. */
const NOBODY: unknown = {};
const ROOT = new URL('../../../', import.meta.url);

/** Names of all metrics, as Prometheus shows them, and that of each histogram's buckets. */
function allNames(): Set<string> {
  const names = new Set<string>();
  const telemetry: Telemetry = {
    add: (readings) => {
      for (const { name } of readings) {
        assert.ok(!names.has(name), `${name} is added twice`);
        names.add(name);
      }
    },
    distribution: (name) => {
      names.add(name);
      return { record: () => undefined };
    },
    addCheck: () => undefined,
    close: () => Promise.resolve(),
  };
  // Nothing is read here.
  const parts = NOBODY as RecorderParts;
  addRecorderMetrics(telemetry, parts, parseConfig('', {}));
  addBusMetrics(telemetry, parts, { published: 0 }, { failedSends: 0 });
  addKeeperMetrics(telemetry, { uncovered: 0, resends: 0, forcedOut: 0 });
  groupMetrics(telemetry);
  const source = { id: '', end: 0, run: () => Promise.resolve() };
  addAuditMetrics(telemetry, NOBODY as Auditor);
  addLedgerMetrics(telemetry, NOBODY as Ledger, source, systemClock, () => true);
  return names;
}

function namesIn(text: string): Set<string> {
  return new Set(text.match(/\baffidavit_[a-z_]+\b/g) ?? []);
}

/** What keeps a spool from its work, as /readyz says. */
function spoolFault(spool: Pick<Spool, 'refusal' | 'bytes' | 'waitsUs'>): string | undefined {
  let check: (() => string | undefined) | undefined;
  const telemetry: Telemetry = {
    add: () => undefined,
    distribution: () => ({ record: () => undefined }),
    addCheck: (name, added) => {
      if (name === 'spool') check = added;
    },
    close: () => Promise.resolve(),
  };
  const parts = { spool, producer: { refusal: undefined, backlogBytes: 0 } } as unknown as RecorderParts;
  addSpoolMetrics(telemetry, parts, parseConfig('', {}));
  return check?.();
}

describe('readiness', () => {
  it('ends when the disk of the spool takes nothing, or has not answered for a while', () => {
    const well = { refusal: undefined, bytes: 0, waitsUs: 4_000_000 };
    assert.equal(spoolFault(well), undefined);
    assert.match(spoolFault({ ...well, waitsUs: 7_000_000 }) ?? '', /hasn't answered for 7 s/);
    assert.match(spoolFault({ ...well, bytes: Number.MAX_SAFE_INTEGER }) ?? '', /^full/);
    for (const [code, why] of [
      ['io.full', 'its disk is full'],
      ['io.read_only', 'its disk can only be read'],
      ['io.no_descriptors', 'no file descriptor is left'],
    ] as const)
      assert.equal(spoolFault({ ...well, refusal: new AffidavitError(code, 'no') }), why);
  });
});

describe('metrics', () => {
  it('are named as Prometheus names metrics: counters end in _total, nothing else does', () => {
    for (const name of allNames()) assert.match(name, /^affidavit_(capture|spool|producer|bus|ledger|audit)_[a-z_]+$/);
  });

  it('are all in docs/operations.md, and no other is', () => {
    const documented = namesIn(readFileSync(new URL('docs/operations.md', ROOT), 'utf8'));
    assert.deepEqual([...documented].toSorted(), [...allNames()].toSorted());
  });

  it('the alert rules ask for are there', () => {
    const { groups } = parse(readFileSync(new URL('deploy/alerts.yaml', ROOT), 'utf8')) as {
      groups: { rules: { alert: string; expr: string }[] }[];
    };
    const rules = groups.flatMap((group) => group.rules);
    assert.ok(rules.length > 5);
    const known = allNames();
    for (const { alert, expr } of rules)
      for (const name of namesIn(expr)) assert.ok(known.has(name), `${alert} asks for ${name}`);
  });
});
