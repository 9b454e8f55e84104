import type { Ledger } from '../../../src/ledger/index.ts';
import type { SigningKey } from '../../../src/seal/index.ts';
import { enrolment, recorderKey, RememberingLogKey } from '../../support/ledger.ts';
import { KEY_ROLE } from '../../../src/record/index.ts';
import type { SignedKey } from '../../../src/record/index.ts';
import { EnvoyLog } from './access-log.ts';
import { auditorProgram, RemoteLog } from './auditor.ts';
import { Broker } from './broker.ts';
import { judge } from './checks.ts';
import type { Acknowledged } from './checks.ts';
import type { CertifiedWorld } from './certified.ts';
import { EnvoyCall } from './envoy.ts';
import type { CallOutcome, Listening } from './envoy.ts';
import { replaceTimers } from './globals.ts';
import { connectTo } from './kafkajs.ts';
import { ledgerProgram, upProgram } from './ledger.ts';
import type { LedgerSurroundings } from './ledger.ts';
import { logReceiverProgram } from './log-receiver.ts';
import { Machine, NO_FAULTS } from './machine.ts';
import type { MachineFaults, Process } from './machine.ts';
import { planSchedule } from './plan.ts';
import type { Plan } from './plan.ts';
import { recorderProgram } from './recorder.ts';
import type { RecorderSurroundings } from './recorder.ts';
import { askToResend, forgetRequests } from './resend-requests.ts';
import type { Owner } from './scheduler.ts';
import { accessLogKey, auditorKey, secondKey } from './settings.ts';
import { World } from './world.ts';
import type { Disturbance } from './world.ts';

/** What became of a schedule. */
export interface ScheduleResult {
  readonly seed: number;
  /** What the product must not let happen, and did; empty for a schedule that passed. */
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly steps: number;
  readonly disturbances: ReadonlyMap<Disturbance, number>;
}

const HEAL_LIMIT_US = 120_000_000;
const MOST_TRIES = 3;
/** Beginnings of what the product says when it can't keep a promise, and why. */
const NO_END_YET = 'exchanges have no recorded end yet';
const LETS_OPEN_GO = 'the spool fills up: frames of exchanges that are still open are let go';
/** Within two heartbeats the ledger knows what a topic has lost, and the recorder has sent it again. */
const RESEND_US = 25_000_000;
/** Longer than an entry of the access log is said to be on its way, and than a window. */
const LOGGED_US = 1_000_000;
/** Within it everything is judged that there is to judge. */
const CERTIFIED_US = 4_000_000;

/** Runs the schedule of a seed. The same seed gives the same trace. */
export async function runSchedule(seed: number, verbose = false): Promise<ScheduleResult> {
  const world = new World(seed, verbose);
  const plan = planSchedule(seed, world.random);
  const putBack = replaceTimers(world.scheduler);
  const simulation = new Simulation(world, plan);
  const unhandled = (thrown: unknown): void => {
    // Of a process that is gone nothing more happens, also not this.
    if (world.scheduler.current?.alive !== false) world.violate(`nobody took this error: ${textOf(thrown)}`);
  };
  process.on('unhandledRejection', unhandled);
  try {
    await simulation.run();
  } catch (thrown) {
    world.violate(textOf(thrown));
  } finally {
    process.off('unhandledRejection', unhandled);
    putBack();
  }
  const { violations, trace, scheduler, disturbances } = world;
  return { seed, violations, trace, steps: scheduler.steps, disturbances };
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}

/** Who may write to the log. */
function enrolledIn({ second, audited }: Plan): SignedKey[] {
  const recorders = [recorderKey, ...(second === undefined ? [] : [secondKey])];
  const witnesses = [enrolment(accessLogKey), enrolment(auditorKey, KEY_ROLE.auditor)];
  return [...recorders.map((key) => enrolment(key)), ...(audited === undefined ? [] : witnesses)];
}

/** Recorder, ledger and what is between and around them. */
class Simulation {
  private readonly world: World;
  private readonly plan: Plan;
  private readonly logKey = new RememberingLogKey();
  private readonly broker: Broker;
  /** One, or two that Envoy balances calls over. */
  private readonly recorders: Machine[];
  private readonly ledger: Machine;
  private readonly rival: Machine | undefined;
  private readonly calls: EnvoyCall[];
  private readonly envoyLog: EnvoyLog;
  /** Who takes the access log: in one process with everything else it is the recorder. */
  private receiver: Machine;
  private auditor: Machine | undefined;
  private readonly received: string[] = [];
  /** Epochs of the first recorder, and those among them whose disk is gone. */
  private readonly begun: string[] = [];
  private readonly wiped = new Set<string>();
  private certified: CertifiedWorld | undefined;
  private readonly stopped = new Set<string>();
  private readonly acknowledged: Acknowledged[] = [];
  /** The recorder that takes calls on each machine. */
  private readonly listening = new Map<Machine, Listening>();
  private opened: { readonly ledger: Ledger; readonly owner: Owner } | undefined;

  constructor(world: World, plan: Plan) {
    this.world = world;
    this.plan = plan;
    this.broker = new Broker(world, plan.broker);
    connectTo(this.broker);
    forgetRequests();
    const ledgerAround: LedgerSurroundings = {
      world,
      logKey: this.logKey,
      enrolled: enrolledIn(plan),
      opened: (ledger: Ledger, { owner }: Process) => (this.opened = { ledger, owner }),
    };
    if (plan.bus === 'kafka') {
      this.recorders = [this.recorderOn('recorder', plan.recorder, recorderKey)];
      if (plan.second !== undefined) this.recorders.push(this.recorderOn('recorder 2', plan.second, secondKey));
      this.ledger = new Machine(world, 'ledger', plan.ledger, ledgerProgram(ledgerAround));
      if (plan.rivalAtUs !== undefined)
        this.rival = new Machine(world, 'rival', NO_FAULTS, ledgerProgram(ledgerAround), this.ledger.disk);
    } else {
      const up: Machine = new Machine(world, 'up', plan.recorder, (process) =>
        upProgram(
          this.aroundRecorder(() => up, recorderKey),
          ledgerAround,
          plan.audited === undefined ? undefined : auditorKey,
        )(process),
      );
      this.recorders = [up];
      this.ledger = up;
    }
    this.receiver = this.recorders[0] ?? this.ledger;
    this.envoyLog = new EnvoyLog(world, () => this.listening.get(this.receiver));
    if (plan.bus === 'kafka' && plan.audited !== undefined) this.witness(plan.audited);
    const onOver = (outcome: CallOutcome): void => {
      if (plan.audited !== undefined) this.envoyLog.add(outcome);
    };
    this.calls = plan.calls.map((call, turn) => new EnvoyCall(world, call, () => this.balance(turn), onOver));
    for (const machine of [...this.recorders, this.receiver])
      machine.onGone = (owner) => {
        if (this.listening.get(machine)?.owner === owner) this.listening.delete(machine);
        for (const call of this.calls) call.onRecorderGone(owner);
        this.envoyLog.onReceiverGone(owner);
      };
  }

  /** Who receives the access log, and the auditor, each on a machine of its own. */
  private witness({ receiver, auditor }: NonNullable<Plan['audited']>): void {
    const { world } = this;
    const ask = (): Promise<Uint8Array> => this.askPositions();
    const own: Machine = new Machine(world, 'access log', receiver, (process) =>
      logReceiverProgram(
        this.aroundRecorder(() => own, accessLogKey),
        ask,
      )(process),
    );
    const log = new RemoteLog(world, () => (this.isAnswering ? this.ledger.disk.files() : undefined));
    this.receiver = own;
    this.auditor = new Machine(world, 'auditor', auditor, (process) =>
      auditorProgram(
        this.aroundRecorder(() => own, auditorKey),
        log,
        ask,
      )(process),
    );
  }

  private get isAnswering(): boolean {
    return this.opened?.owner.alive === true && this.opened.ledger.isOpen;
  }

  private recorderOn(name: string, faults: MachineFaults, key: SigningKey): Machine {
    const { world } = this;
    const machine: Machine = new Machine(world, name, faults, (process) =>
      recorderProgram(
        this.aroundRecorder(() => machine, key),
        () => this.askPositions(),
      )(process),
    );
    return machine;
  }

  /** Envoy's choice: those that listen, in turn. */
  private balance(turn: number): Listening | undefined {
    const listening = this.recorders.flatMap((machine) => this.listening.get(machine) ?? []);
    return listening[turn % Math.max(1, listening.length)];
  }

  private get allListen(): boolean {
    return this.recorders.every((machine) => this.listening.has(machine));
  }

  async run(): Promise<void> {
    const { world, plan, broker } = this;
    const { scheduler } = world;
    this.world.note(`plan: ${JSON.stringify({ ...plan, calls: plan.calls.length })}`);
    if (plan.isSound) world.faultsOn = false;
    this.ledger.start();
    for (const machine of [...this.recorders, this.receiver]) machine.start();
    this.auditor?.start();
    // Calls come once there is somebody to take them, or a while later.
    await scheduler.until(() => this.allListen, 500_000);
    for (const call of this.calls) void call.run();
    this.disturb();
    await scheduler.until(() => false, plan.chaosUs);
    await this.heal();
    if (world.violations.length > 0) return;
    const { acknowledged, stopped } = this;
    const outcomes = this.calls.map(({ outcome }) => outcome);
    const { signed } = this.logKey;
    const letOpenGo = world.hasLogged(LETS_OPEN_GO);
    const known = {
      outcomes,
      letOpenGo,
      acknowledged,
      stopped,
      signed,
      isSound: plan.isSound,
      isTopicWhole: !broker.hasLost,
      nowUs: world.wallUs(),
      isLogFirst: this.calls.length % 2 === 0,
      certified: this.certified,
      wiped: this.wiped,
      isUndisturbed: plan.isSound && plan.restarts.length === 0,
      isClockSet: plan.clockJumps.length > 0,
    };
    for (const problem of await judge(this.ledger.disk.files(), known)) world.violate(problem);
  }

  /** What the plan has happen at its time; what else goes wrong, machines and broker throw dice for. */
  private disturb(): void {
    const { world, plan, broker, rival } = this;
    const at = (times: readonly number[], work: () => void): void => {
      for (const atUs of times) world.scheduler.worldAfter(atUs, work);
    };
    at(plan.restarts, () => {
      for (const recorder of this.recorders) recorder.restart();
    });
    for (const { atUs, byUs } of plan.clockJumps)
      at([atUs], () => {
        world.setClock(byUs);
      });
    at(plan.resendsUs, () => {
      world.disturb('resend asked for', 'somebody asks for all frames to be sent again');
      askToResend('by hand');
    });
    at(plan.cutsUs, () => {
      broker.cut(world.random.between(broker.low, broker.high));
    });
    const [recorder] = this.recorders;
    if (plan.wipedAtUs !== undefined)
      at([plan.wipedAtUs], () => {
        for (const epoch of this.begun) this.wiped.add(epoch);
        recorder?.wipe();
      });
    if (plan.rivalAtUs !== undefined)
      at([plan.rivalAtUs], () => {
        world.disturb('second ledger', 'a second ledger takes the folder');
        rival?.start();
      });
  }

  /** Nothing goes wrong from now on: everything has to come to its end. */
  private async heal(): Promise<void> {
    const { world } = this;
    world.faultsOn = false;
    world.note('nothing goes wrong from now on');
    await this.reach('all calls come to an end', () => this.calls.every(({ outcome }) => outcome.done));
    this.rival?.stop();
    await this.reach('the second ledger ends', () => this.rival?.isUp !== true);
    if (this.broker.hasLost) {
      await this.reach('the recorders run', () => this.allListen);
      await this.world.scheduler.until(() => false, RESEND_US);
    }
    if (this.plan.audited !== undefined) {
      await this.reach('Envoy sends its log', () => this.envoyLog.isSent);
      await this.world.scheduler.until(() => false, LOGGED_US);
    }
    const settledUs = this.world.envoyUs() - LOGGED_US;
    for (const recorder of this.recorders) await this.endRecorder(recorder);
    // What found no room in a full spool has its end recorded by the next start.
    if (this.world.hasLogged(NO_END_YET)) for (const recorder of this.recorders) await this.endRecorder(recorder);
    if (this.plan.bus === 'kafka' && this.plan.audited !== undefined) await this.endRecorder(this.receiver);
    if (this.plan.bus === 'kafka') await this.reach('the ledger has everything', () => this.isDrained());
    if (this.plan.audited !== undefined) await this.certify(settledUs);
    if (this.plan.bus === 'embedded') return;
    await this.reach('the ledger has everything', () => this.isDrained());
    this.ledger.stop();
    await this.reach('the ledger ends', () => !this.ledger.isUp);
  }

  /** The auditor has its time, and ends. */
  private async certify(settledUs: number): Promise<void> {
    const { world, auditor, receiver } = this;
    const machine = auditor ?? receiver;
    machine.start();
    await world.scheduler.until(() => false, CERTIFIED_US);
    const { sentTo } = this.envoyLog;
    this.certified = { settledUs, auditedUs: world.wallUs(), sentTo, received: this.received };
    if (auditor === undefined) await this.endRecorder(machine);
    auditor?.stop();
    await this.reach('the auditor ends', () => auditor?.isUp !== true);
    if (world.hasLogged('the auditor judges nothing')) world.violate('the auditor has given up');
  }

  /** In order; a recorder that has failed before can't, and the next one declares its end. */
  private async endRecorder(recorder: Machine): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES && this.world.violations.length === 0; tries++) {
      recorder.start();
      await this.reach('the recorder runs', () => this.listening.has(recorder));
      const epoch = this.listening.get(recorder)?.epoch ?? '';
      const { failures } = recorder;
      recorder.stop();
      await this.reach('the recorder ends', () => !recorder.isUp);
      if (this.stopped.has(epoch) && recorder.failures === failures) return;
    }
    this.world.violate('the recorder never ends in order');
  }

  private async reach(what: string, condition: () => boolean): Promise<void> {
    if (this.world.violations.length > 0) return;
    if (!(await this.world.scheduler.until(condition, HEAL_LIMIT_US))) this.world.violate(`never: ${what}`);
  }

  private isDrained(): boolean {
    const { opened } = this;
    return opened?.owner.alive === true && opened.ledger.position === this.broker.high;
  }

  private aroundRecorder(machine: () => Machine, key: SigningKey): RecorderSurroundings {
    const { world, plan } = this;
    const { segmentBytes, maxSpoolBytes, gatherMs } = plan;
    return {
      world,
      key,
      settings: { segmentBytes, maxSpoolBytes, gatherMs },
      listens: (listening) => {
        world.note(`recorder: takes calls in epoch ${listening.epoch}`);
        this.listening.set(machine(), listening);
        if (machine() === this.recorders[0]) this.begun.push(listening.epoch);
        if (machine() === this.receiver) this.received.push(listening.epoch);
      },
      acknowledged: (draft, position) => {
        this.acknowledged.push({ draft, position });
      },
      stopped: (epoch) => this.stopped.add(epoch),
    };
  }

  /** Over the network: the ledger answers, or nobody does. */
  private askPositions(): Promise<Uint8Array> {
    const { scheduler, random } = this.world;
    const asking = scheduler.current;
    return new Promise((resolve, reject) => {
      const answer = (tell: () => void): void => void scheduler.after(random.between(50, 2_000), tell, asking);
      scheduler.worldAfter(random.between(50, 2_000), () => {
        const { opened } = this;
        if (opened === undefined || !this.isAnswering)
          answer(() => {
            reject(new Error('the ledger is away'));
          });
        else {
          const note = opened.ledger.positions();
          answer(() => {
            resolve(note);
          });
        }
      });
    });
  }
}
