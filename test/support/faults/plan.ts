import { SeededRandom } from '../seeded-random.ts';
import { brokerDown, messageFaults, networkFaults, topicMadeAnew } from './bus-faults.ts';
import {
  clockStepped,
  envoyClockBack,
  envoyClockForward,
  failing,
  frozen,
  killed,
  logFull,
  outpaced,
  secondLedger,
  secondLedgerUnseen,
  spoolFull,
  stopped,
  SYSTEM_CALLS,
  VICTIMS,
  writingShort,
} from './catalogue.ts';
import type { Fault } from './rig.ts';
import type { RigOptions, Victim } from './types.ts';

/** A system, and what is done to it. */
export interface Plan {
  readonly title: string;
  readonly options: RigOptions;
  readonly faults: readonly Fault[];
}

const PROFILES: readonly RigOptions['profile'][] = ['observe', 'inline', 'strict'];

/** In the full form, of each profile: more than fifty together. */
const KILLS = 20;
const FROZEN_MS = 10_000;

/** Several faults, one after another under load, that are reckoned up together. */
function together(name: string, faults: readonly Fault[]): Fault {
  return {
    name,
    takes: { records: faults.some(({ takes }) => takes?.records), log: faults.some(({ takes }) => takes?.log) },
    async inject(rig) {
      for (const fault of faults) {
        await fault.inject(rig);
        await rig.untilAnswered();
      }
    },
  };
}

function killedOnce(victims: readonly Victim[]): Fault {
  return together('kill -9 of each process', victims.map(killed));
}

/**
 * What each profile goes through in every run. What doesn’t depend on the profile is in one of them, and what other tests
 * show alone only in the full form. A killed broker takes what stands before the ledger’s topic with it.
 */
const SHORT: readonly (readonly [Omit<RigOptions, 'seed'>, readonly Fault[]])[] = [
  [
    { profile: 'observe', disks: true },
    [
      killedOnce(['recorder', 'accessLog', 'envoy']),
      frozen('recorder', FROZEN_MS),
      outpaced(5_000),
      clockStepped(100),
      envoyClockForward(1_000),
      envoyClockBack(1_000),
    ],
  ],
  [
    { profile: 'inline', disks: true, relay: true },
    [
      together('SIGTERM to each process', [stopped('recorder'), stopped('accessLog'), stopped('ledger')]),
      spoolFull(2_000),
      logFull(),
      ...messageFaults(2_000).slice(-1),
    ],
  ],
  [
    { profile: 'strict', disks: true },
    [
      killedOnce(VICTIMS),
      together('on the way to the broker', networkFaults(1_000)),
      failing('recorder', 'fdatasync'),
      failing('ledger', 'pwrite64'),
      writingShort('recorder'),
    ],
  ],
];

function fullFaults(seed: number): Fault[] {
  const random = new SeededRandom(seed);
  const drawn = Array.from(
    { length: KILLS - VICTIMS.length },
    () => VICTIMS[random.below(VICTIMS.length)] ?? 'recorder',
  );
  const systemCalls = (['recorder', 'ledger'] as const).flatMap((victim) =>
    SYSTEM_CALLS.map((systemCall) => failing(victim, systemCall)),
  );
  return [
    ...[...VICTIMS, ...drawn].map(killed),
    ...VICTIMS.map(stopped),
    ...VICTIMS.map((victim) => frozen(victim, FROZEN_MS)),
    outpaced(10_000),
    brokerDown(60_000),
    ...networkFaults(5_000),
    clockStepped(1_000),
    spoolFull(5_000),
    logFull(),
    ...systemCalls,
    writingShort('recorder'),
    writingShort('accessLog'),
    writingShort('ledger'),
    secondLedger(),
    secondLedgerUnseen(),
    topicMadeAnew(),
    // Ahead, back, behind, and on time again.
    envoyClockForward(5_000),
    envoyClockBack(5_000),
    envoyClockBack(5_000),
    envoyClockForward(5_000),
  ];
}

/** All there is to do: of each profile, and with messages that come otherwise than they were sent. */
export function plans(isFull: boolean, firstSeed: number): Plan[] {
  if (!isFull)
    return SHORT.map(([options, faults], at) => planOf('faults', { ...options, seed: firstSeed + at }, faults));
  const seeds = PROFILES.map((profile, at) => ({ profile, seed: firstSeed + at }));
  return [
    ...seeds.map((each) => planOf('faults', { ...each, disks: true }, fullFaults(each.seed))),
    ...seeds.map((each) => planOf('faults of the topic’s messages', { ...each, relay: true }, messageFaults(10_000))),
  ];
}

function planOf(what: string, options: RigOptions, faults: readonly Fault[]): Plan {
  return { title: `${what} in ${options.profile} (seed ${options.seed})`, options, faults };
}
