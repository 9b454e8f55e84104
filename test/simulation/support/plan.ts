import { SOUND_BROKER } from './broker.ts';
import type { BrokerFaults } from './broker.ts';
import { planCall } from './calls.ts';
import type { CallPlan } from './calls.ts';
import { NO_FAULTS } from './machine.ts';
import type { MachineFaults } from './machine.ts';
import type { SimulationRandom } from './random.ts';

/** What a schedule is made of; everything else follows from the seed as it goes along. */
export interface Plan {
  /** `kafka`: recorder and ledger apart; `embedded`: `affidavit up`. */
  readonly bus: 'kafka' | 'embedded';
  readonly calls: readonly CallPlan[];
  /** For how long things go wrong. */
  readonly chaosUs: number;
  /** Nothing is made to go wrong. */
  readonly isSound: boolean;
  readonly recorder: MachineFaults;
  /** What goes wrong with a second recorder, where there is one. */
  readonly second: MachineFaults | undefined;
  readonly ledger: MachineFaults;
  /** What goes wrong with who receives the access log, and with the auditor; undefined where neither is there. */
  readonly audited: { readonly receiver: MachineFaults; readonly auditor: MachineFaults } | undefined;
  readonly broker: BrokerFaults;
  readonly segmentBytes: number;
  readonly maxSpoolBytes: number;
  readonly gatherMs: number;
  /** When the recorder is asked to end in order, and started again. */
  readonly restarts: readonly number[];
  /** When the recorder's disk is exchanged for an empty one. */
  readonly wipedAtUs: number | undefined;
  /** When somebody asks for all frames to be sent again. */
  readonly resendsUs: readonly number[];
  /** When a second ledger is told to own the folder of the first. */
  readonly rivalAtUs: number | undefined;
  /** When the oldest messages of the topic are deleted, read or not. */
  readonly cutsUs: readonly number[];
  /** When the wall clock is set, and by how much. */
  readonly clockJumps: readonly { readonly atUs: number; readonly byUs: number }[];
}

const DAY_US = 86_400_000_000;

function maybe(random: SimulationRandom, chance: number, values: readonly number[]): number {
  return random.chance(chance) ? random.pick(values) : 0;
}

function machineFaults(random: SimulationRandom): MachineFaults {
  return {
    kill: maybe(random, 0.4, [0.002, 0.01, 0.03]),
    powerLoss: maybe(random, 0.5, [0.002, 0.01, 0.03]),
    diskFailure: maybe(random, 0.3, [0.002, 0.01, 0.03]),
    syncFailure: maybe(random, 0.1, [0.05, 0.2]),
    slowDisk: maybe(random, 0.15, [0.01]),
    refusingDisk: maybe(random, 0.15, [0.01, 0.05]),
    stop: maybe(random, 0.1, [0.002]),
  };
}

function brokerFaults(random: SimulationRandom): BrokerFaults {
  return {
    lost: maybe(random, 0.5, [0.05, 0.3]),
    refused: maybe(random, 0.3, [0.02, 0.1]),
    disturbed: maybe(random, 0.3, [0.05, 0.2]),
    down: maybe(random, 0.1, [0.02]),
  };
}

/** One schedule in so many has an auditor. */
const AUDITED_OF = 32;

/** True for the seeds of schedules with an auditor. */
export function isAudited(seed: number): boolean {
  return seed % AUDITED_OF === 3;
}

/** True for the seeds of schedules with an auditor in which a recorder may lose its disk. */
export function isWiped(seed: number): boolean {
  return isAudited(seed) && seed % (2 * AUDITED_OF) >= AUDITED_OF;
}

/** The plan of the schedule of a seed. */
export function planSchedule(seed: number, random: SimulationRandom): Plan {
  const hasAuditor = isAudited(seed);
  const isLong = random.chance(hasAuditor ? 0.8 : 0.15);
  const chaosUs = isLong ? random.between(1_000_000, 5_000_000) : random.between(50_000, 1_200_000);
  const isSound = random.chance(0.08);
  const count = random.between(1, random.chance(0.1) ? 20 : 7);
  const bus = random.chance(0.7) ? 'kafka' : 'embedded';
  const isDisturbed = bus === 'kafka' && !isSound;
  const isTight = !isSound && random.chance(0.15);
  const calls = Array.from({ length: count }, () =>
    planCall(random, chaosUs, isLong && !hasAuditor ? 3_000_000 : 30_000),
  );
  // Drawn with an id: the other schedules stay what they are.
  const hasSecond = bus === 'kafka' && Number.parseInt(calls[0]?.id.slice(0, 2) ?? 'ff', 16) < 38;
  return {
    bus,
    calls,
    chaosUs,
    isSound,
    recorder: isSound ? NO_FAULTS : machineFaults(random),
    ledger: isSound ? NO_FAULTS : machineFaults(random),
    second: hasSecond ? (isSound ? NO_FAULTS : machineFaults(random)) : undefined,
    audited: hasAuditor
      ? { receiver: isSound ? NO_FAULTS : machineFaults(random), auditor: isSound ? NO_FAULTS : machineFaults(random) }
      : undefined,
    broker: isSound ? SOUND_BROKER : brokerFaults(random),
    segmentBytes: random.pick([600, 2_000, 8_000]),
    maxSpoolBytes: isTight ? random.between(4_000, 20_000) : 1_000_000,
    gatherMs: random.pick([0, 10, 40]),
    restarts: random.chance(0.2) ? [random.below(chaosUs)] : [],
    wipedAtUs: hasAuditor && bus === 'kafka' && !isSound && isWiped(seed) ? random.below(chaosUs) : undefined,
    resendsUs: bus === 'kafka' && random.chance(0.05) ? [random.below(chaosUs)] : [],
    rivalAtUs: isDisturbed && random.chance(0.1) ? random.below(chaosUs) : undefined,
    // A spool that is full lets go of what Kafka has acknowledged.
    // What it lost no disk has any more that was exchanged.
    cutsUs:
      isDisturbed && !isTight && !isWiped(seed) && random.chance(0.1)
        ? [random.below(chaosUs), random.below(chaosUs)]
        : [],
    clockJumps: random.chance(0.1)
      ? [{ atUs: random.below(chaosUs), byUs: random.pick([-3_600_000_000, 3_600_000_000, 2 * DAY_US]) }]
      : [],
  };
}
