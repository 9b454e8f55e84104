import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Launch, ProcessName, System } from '../../../demo/system.ts';
import { freePort, ScriptError, startService } from '../../../scripts/processes.ts';
import { KafkaProxy } from '../kafka-proxy.ts';
import { SeededRandom } from '../seeded-random.ts';
import { SmallDisk } from '../small-disk.ts';
import { Load } from '../system-load.ts';
import type { TimedCall } from '../system-load.ts';
import { CERTIFYING } from '../system-certificates.ts';
import type { Need } from '../tools.ts';
import { until, verifySystem } from '../system-log.ts';
import { endRecording } from '../system-stage.ts';
import type { Stage } from '../system-stage.ts';
import { EnvoyClock } from './envoy-clock.ts';
import { adjusted, clockFile, type LaunchBook, NAMES, relaunched, startRelay } from './launching.ts';
import { LogEvidence } from './log-evidence.ts';
import { isClaimed, reckon } from './reckoning.ts';
import type { Relay } from './relay.ts';
import type { Disturbance, Evidence, MadeCall, Reckoning } from './reckoning.ts';
import type { FaultRow, Producing, Relaunch, RigOptions, Victim } from './types.ts';

/** What is done to a system, and what that may take. */
export interface Fault {
  readonly name: string;
  /** What may be missing of the calls of that time: their records, their entries in the access log. Nothing by default. */
  readonly takes?: { readonly records?: boolean; readonly log?: boolean };
  /** Tools that it needs beyond those of every fault. */
  readonly needs?: readonly Need[];
  /** Breaks something, and resolves once it is whole again. */
  inject(rig: Rig): Promise<void>;
}

/** A process that was started beside another one. */
interface Second {
  /** How it has ended, if it does within the limit. */
  endsBy(limitMs: number): Promise<string | undefined>;
  output(): string;
  stop(): Promise<void>;
}

/** When a fault was injected, and what it came to beside the calls of that time. */
interface Period {
  readonly name: string;
  readonly fromUs: number;
  readonly untilUs: number;
  readonly kills: number;
  readonly falseGaps: number;
}

interface Parts extends Pick<Rig, 'system' | 'proxy' | 'folder' | 'disks' | 'envoyClock'> {
  readonly seen: ReadonlyMap<string, string>;
  readonly launches: LaunchBook;
}

const LOG = join('ledger', 'ledger');
const DISK_SIZE = '1g';
const IN_FLIGHT = 12;
/** With {@link IN_FLIGHT}: a window of ten seconds has no more calls than a certificate can name. */
const REST_MS = 100;
/** Calls that are answered before a fault, and after it. */
const CALLS_AROUND = 60;
const CALLS_BETWEEN = 20;
/** Before and after a fault: what is not durable yet, and what Envoy has in hand. */
const SLACK_MS = 5_000;
/** Longer than `buffer_flush_interval`. */
const FLUSHED_MS = 1_200;
const SETTLED_LIMIT_MS = 60_000;
const POLL_MS = 250;
/** What the auditor logs once it has begun. */
const AUDITED = 'the log is audited';
const ENDS_WITHIN_MS = 30_000;
const KINDS_THAT_MAY_BE_CUT: ReadonlySet<string> = new Set(['gives-up', 'websocket']);

/**
 * A whole system under load, with what its client and its upstreams know of it, in which one thing after another is broken.
 * After each fault all is reckoned up from the beginning.
 */
export class Rig {
  readonly system: System;
  readonly load: Load;
  readonly proxy: KafkaProxy;
  /** Of the fault that is injected: the same again for the same seed and fault, whatever went before. */
  random: SeededRandom;
  readonly profile: RigOptions['profile'];
  readonly folder: string;
  private readonly launches: LaunchBook;
  /** The disk of the recorder's spool, and that of the log. */
  readonly disks: { readonly spool: SmallDisk; readonly log: SmallDisk };
  readonly envoyClock: EnvoyClock;
  relay: Relay | undefined;
  /** What was done so far, that must show. */
  readonly expected = { least: 0, most: 0, jumps: false, quarantine: false, reordered: false, damage: false };
  private readonly log: LogEvidence;
  private readonly seen: ReadonlyMap<string, string>;
  private readonly disturbances: Disturbance[] = [];
  private readonly known = new Set<string>();
  private readonly periods: Period[] = [];
  private readonly seed: number;
  private kills = 0;

  private constructor(parts: Parts, { seed, profile }: RigOptions) {
    const { system, seen, proxy, folder, disks, envoyClock, launches } = parts;
    this.system = system;
    this.seen = seen;
    this.proxy = proxy;
    this.folder = folder;
    this.disks = disks;
    this.envoyClock = envoyClock;
    this.launches = launches;
    this.profile = profile;
    this.seed = seed;
    this.random = new SeededRandom(seed);
    this.log = new LogEvidence(system.ledgerFolder, system.keys.logKey);
    this.load = new Load(system, { inFlight: IN_FLIGHT, seed, restMs: REST_MS });
  }

  /** Starts a system, and the load. */
  static async start(stage: Stage, options: RigOptions): Promise<Rig> {
    const { profile, seed } = options;
    const folder = await stage.folder();
    const disks = { spool: new SmallDisk(join(folder, 'recorder', 'spool')), log: new SmallDisk(join(folder, LOG)) };
    for (const disk of options.disks === true ? Object.values(disks) : []) {
      stage.atEnd(() => disk.unmount());
      assert.ok(await disk.mount(DISK_SIZE), 'only root may mount a small file system');
    }
    const seen = new Map<string, string>();
    const proxy = await KafkaProxy.listen();
    proxy.target = await freePort();
    const bootstrap = `127.0.0.1:${proxy.port}`;
    const starting: { relay?: Relay } = {};
    const launches: LaunchBook = { relaunch: new Map(), launched: new Map() };
    const launch = async (name: ProcessName, plain: Launch): Promise<Launch> => {
      if (options.relay === true && name === 'ledger') starting.relay ??= await startRelay(bootstrap, seed);
      return relaunched(launches, folder, options, name, plain);
    };
    const envoyClock = await EnvoyClock.make(folder);
    const system = await stage.start({
      ...{ profile, seed, directory: folder, kafka: true, accessLog: true, audit: true, launch },
      settings: { AFFIDAVIT_BUS_KAFKA_BROKERS: bootstrap, ...CERTIFYING },
      broker: { port: proxy.target, settings: { 'advertised.listeners': `PLAINTEXT://${bootstrap}` } },
      onCall: (key, id) => void seen.set(key, id),
      adjustEnvoy: adjusted,
      envoyEnv: envoyClock.env,
    });
    const rig = new Rig({ system, seen, proxy, folder, disks, envoyClock, launches }, options);
    rig.relay = starting.relay;
    return rig;
  }

  /** Sets the clock of a process so much ahead of the machine's. */
  stepClock(victim: Producing, stepMs: number): void {
    writeFileSync(clockFile(this.folder, NAMES[victim]), String(stepMs));
    this.signal(victim, 'SIGUSR2');
  }

  /** Ends what is not the system's own; after it the stage may be cleared. */
  async close(): Promise<void> {
    await this.load.end();
    await this.relay?.close();
    await this.proxy.close();
  }

  /** Breaks something while calls go on, and reckons up. Violations are those that were not there before. */
  async under(fault: Fault): Promise<Reckoning> {
    const beganMs = Date.now();
    this.load.resume();
    await this.load.untilAnswered(CALLS_AROUND);
    const sinceMs = Date.now();
    const killsBefore = this.kills;
    this.random = this.randomOf(fault);
    await fault.inject(this);
    const untilMs = Date.now();
    await this.load.untilAnswered(CALLS_AROUND);
    const { records = false, log = false } = fault.takes ?? {};
    for (const shown of this.envoyClock.during(sinceMs - SLACK_MS, untilMs + SLACK_MS))
      this.disturbances.push({ sinceUs: shown.sinceMs * 1000, untilUs: shown.untilMs * 1000, records, log });
    await this.load.pause();
    const reckoning = await this.settled(true);
    const { falseGaps } = reckoning.tally;
    const kills = this.kills - killsBefore;
    this.periods.push({ name: fault.name, fromUs: beganMs * 1000, untilUs: Date.now() * 1000, kills, falseGaps });
    return reckoning;
  }

  /** What became of the calls around each fault, as it is known now. */
  rows(): FaultRow[] {
    const evidence = this.evidence(false);
    const { results } = this.load;
    return this.periods.map(({ name, fromUs, untilUs, kills, falseGaps }) => {
      const made = results.filter(({ endedMs }) => (endedMs + 1) * 1000 >= fromUs && (endedMs + 1) * 1000 < untilUs);
      const calls = made.map((call) => this.madeCall(call));
      // Of some calls alone it can't be said whether too many are reported missing.
      return { name, profile: this.profile, kills, ...reckon({ ...evidence, calls }).tally, falseGaps };
    });
  }

  /** Ends everything in order and reckons up for the last time; what a verifier finds is a violation too. */
  async end(): Promise<Reckoning> {
    await this.load.end();
    const endedMs = Date.now() - SLACK_MS;
    await endRecording(this.system);
    await this.stop('auditor');
    // From now on nobody can know.
    const sinceUs = this.envoyClock.at(endedMs) * 1000;
    this.disturbances.push({ sinceUs, untilUs: Number.MAX_SAFE_INTEGER, records: false, log: true });
    const reckoning = await this.settled(false);
    // Without its broker it would not come to an end.
    await this.relay?.close();
    await this.system.stop();
    const report = await verifySystem(this.system);
    const missing = report.missing.map((range) => `verification: missing ${JSON.stringify(range)}`);
    const wrong = report.trusted ? missing : [...missing, 'verification: not what the pinned keys signed'];
    return { ...reckoning, violations: [...reckoning.violations, ...wrong] };
  }

  /** What the reckoning would come to if one record were not there; of a call of which certificates claim to know all. */
  withoutARecord(): Reckoning {
    const evidence = this.evidence(false);
    const known = new Set(
      evidence.calls.filter((call) => isClaimed(call, evidence)).map(({ exchangeId }) => exchangeId),
    );
    const taken = evidence.records.findIndex(({ exchangeId }) => known.has(exchangeId));
    const begun = new Set(evidence.begun);
    begun.delete(evidence.records[taken]?.exchangeId ?? '');
    return reckon({ ...evidence, begun, records: evidence.records.toSpliced(taken, 1) });
  }

  private evidence(isRunning: boolean): Evidence {
    const { log, expected, profile, disturbances } = this;
    const { records, begun, logged, gaps, quarantined } = log;
    const { least, most, ...others } = expected;
    return {
      profile,
      calls: this.load.results.map((call) => this.madeCall(call)),
      ...{ records, begun, logged, gaps, quarantined },
      windows: log.windows(Date.now() * 1000),
      cut: log.cut(isRunning),
      expected: { disturbances, cuts: [least, most], ...others },
    };
  }

  /** A moment that the seed chooses. */
  async moment(mostMs: number): Promise<void> {
    await delay(this.random.below(mostMs));
  }

  /** kill -9. */
  async kill(victim: Victim): Promise<void> {
    await this.processOf(victim)?.kill9();
    this.kills += 1;
    if (victim === 'ledger' || victim === 'broker' || victim === 'envoy') return;
    this.expected.least += 1;
    this.expected.most += 1;
  }

  /** SIGTERM; one of our processes has to hear it. */
  async stop(victim: Victim): Promise<void> {
    const { system } = this;
    if (victim === 'broker') await system.broker?.stop();
    else if (victim === 'envoy') await system.envoy?.stop();
    else {
      const service = this.serviceOf(victim);
      await service?.stop(ENDS_WITHIN_MS);
      assert.doesNotMatch(
        service?.ended() ?? '',
        /SIGKILL/,
        `${victim} has not ended ${ENDS_WITHIN_MS} ms after SIGTERM`,
      );
    }
  }

  private randomOf({ name }: Fault): SeededRandom {
    const before = this.periods.filter((period) => period.name === name).length;
    return new SeededRandom(createHash('sha256').update(`${this.seed} ${name} ${before}`).digest().readUInt32LE());
  }

  /** Sends a signal. */
  signal(victim: Victim, signal: NodeJS.Signals): void {
    const pid = this.processOf(victim)?.pid;
    if (pid !== undefined) process.kill(pid, signal);
  }

  /** Starts again what has ended. */
  async start(victim: Victim): Promise<void> {
    const { system } = this;
    if (victim === 'recorder') await system.startRecorder();
    else if (victim === 'accessLog') await system.startAccessLog();
    else if (victim === 'auditor') await this.startAuditor();
    else if (victim === 'ledger') await system.startLedger();
    else if (victim === 'envoy') await system.startEnvoy();
    else await system.broker?.restart();
  }

  /** Resolves once its epoch has begun, so that the log must say how that ends. */
  private async startAuditor(): Promise<void> {
    const { system } = this;
    const begun = (): number => readFileSync(system.auditor?.logFile ?? '', 'utf8').split(AUDITED).length;
    const before = begun();
    await system.startAuditor();
    await system.auditor?.waitUntil(() => begun() > before, ENDS_WITHIN_MS);
  }

  /**
   * Ends a process in order and starts it anew; where it is to be started in another way, it runs so for a while under load, and
   * is then started as usual. It may end by itself meanwhile.
   */
  async startAnew(victim: Producing, relaunch?: Relaunch, ms = 0): Promise<void> {
    if (this.serviceOf(victim)?.ended() === undefined) await this.stop(victim);
    if (relaunch !== undefined) {
      this.launches.relaunch.set(NAMES[victim], relaunch);
      await this.start(victim).catch((thrown: unknown) => {
        if (!(thrown instanceof ScriptError) || this.serviceOf(victim)?.ended() === undefined) throw thrown;
      });
      this.launches.relaunch.delete(NAMES[victim]);
      await until(() => this.serviceOf(victim)?.ended() !== undefined, ms);
      // One that goes on may have nothing left to say `stopped` with.
      if (victim !== 'ledger') this.expected.most += 1;
      if (this.serviceOf(victim)?.ended() === undefined) await this.stop(victim);
    }
    await this.start(victim);
  }

  /** Waits until a process has ended by itself, with an exit code that says why. */
  async mustEnd(victim: Producing): Promise<void> {
    await until(() => this.serviceOf(victim)?.ended() !== undefined, ENDS_WITHIN_MS);
    assert.equal(this.serviceOf(victim)?.ended(), 'exit code 3');
  }

  /** Starts a process beside the one that runs, with its folder and another port. */
  async alongside(victim: Producing, change: Relaunch): Promise<Second> {
    const launched = this.launches.launched.get(NAMES[victim]);
    assert.ok(launched);
    const { program, args, env } = change(launched);
    const logFile = join(this.folder, 'logs', `second-${NAMES[victim]}-${this.random.below(1e6)}.log`);
    const alone = { ...env, AFFIDAVIT_LEDGER_PORT: '0' };
    const service = await startService(`second ${victim}`, program, args, { logFile, env: alone });
    const ended = async (limitMs: number): Promise<string | undefined> => {
      await until(() => service.ended() !== undefined, limitMs);
      return service.ended();
    };
    return { endsBy: ended, output: () => readFileSync(logFile, 'utf8'), stop: () => service.stop(ENDS_WITHIN_MS) };
  }

  /** Lets calls be answered. */
  async untilAnswered(): Promise<void> {
    await this.load.untilAnswered(CALLS_BETWEEN);
  }

  /** Lets calls go on for a while. */
  async lasting(ms: number): Promise<void> {
    await delay(ms);
  }

  private serviceOf(victim: Producing): System['recorder'] {
    return this.system[victim];
  }

  private processOf(victim: Victim): { readonly pid: number; kill9(): Promise<void> } | undefined {
    return this.system[victim];
  }

  /** Waits until everything has come to the log that is on its way, and the reckoning is even; or time runs out: then it isn't. */
  private async settled(isRunning: boolean): Promise<Reckoning> {
    const handedInUs = (Date.now() + FLUSHED_MS) * 1000;
    const deadline = handedInUs / 1000 + SETTLED_LIMIT_MS;
    for (;;) {
      await this.log.update();
      const { tally, violations: all } = reckon(this.evidence(isRunning));
      const handedIn = !isRunning || this.isCounted(handedInUs) ? [] : ['Envoy’s counters come no more'];
      const violations = [...all, ...handedIn].filter((each) => !this.known.has(each));
      if (violations.length === 0 || Date.now() > deadline) {
        for (const violation of violations) this.known.add(violation);
        return { tally, violations };
      }
      await delay(POLL_MS);
    }
  }

  /** Whether Envoy’s counters have come of a time after one by the machine’s clock; those of another clock may be on their way. */
  private isCounted(timeUs: number): boolean {
    const countedUs = this.log.countedUs - this.envoyClock.aheadMs * 1000;
    return countedUs > timeUs && countedUs < timeUs + SETTLED_LIMIT_MS * 2_000;
  }

  /** A call by Envoy’s clock. */
  private madeCall({ exchangeKey, kind, ok, startedMs, endedMs }: TimedCall): MadeCall {
    const startedUs = this.envoyClock.at(startedMs) * 1000;
    const endedUs = this.envoyClock.at(endedMs + 1) * 1000;
    const exchangeId = this.seen.get(exchangeKey) ?? '';
    const times = { startedUs: Math.min(startedUs, endedUs), endedUs };
    return { key: exchangeKey, kind, ok, mayBeCut: KINDS_THAT_MAY_BE_CUT.has(kind), ...times, exchangeId };
  }
}
