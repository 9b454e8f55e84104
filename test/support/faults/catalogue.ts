import assert from 'node:assert/strict';
import type { Launch } from '../../../demo/system.ts';
import { mutantCli } from '../mutant.ts';
import type { Mutation } from '../mutant.ts';
import { preloaded } from './launching.ts';
import type { Fault } from './rig.ts';
import type { Producing, Victim } from './types.ts';

/** Every process that is broken. */
export const VICTIMS: readonly Victim[] = ['recorder', 'accessLog', 'auditor', 'ledger', 'broker', 'envoy'];
const LATEST_MS = 400;
const LIMIT_MS = 30_000;
const SQUEEZE_MS = 300;
const LOCK_OF_ITS_OWN: Mutation = {
  file: 'src/ledger/lock.ts',
  from: "createHash('sha256').update(path)",
  to: "createHash('sha256').update(path).update(String(process.pid))",
};

/** What the end of a process may take, however it ends. */
const TAKES: Readonly<Record<Victim, { records?: boolean; log?: boolean }>> = {
  recorder: { records: true },
  accessLog: { log: true },
  auditor: {},
  ledger: {},
  broker: {},
  envoy: { records: true, log: true },
};

/** kill -9 at a random moment, and a start. */
export function killed(victim: Victim): Fault {
  return {
    name: `kill -9 of ${victim}`,
    takes: TAKES[victim],
    async inject(rig) {
      await rig.moment(LATEST_MS);
      await rig.kill(victim);
      await rig.moment(LATEST_MS);
      await rig.start(victim);
    },
  };
}

/** SIGTERM, and a start. */
export function stopped(victim: Victim): Fault {
  return {
    name: `SIGTERM to ${victim}`,
    takes: TAKES[victim],
    async inject(rig) {
      await rig.stop(victim);
      await rig.start(victim);
    },
  };
}

/** SIGSTOP, and SIGCONT after a while. */
export function frozen(victim: Victim, ms: number): Fault {
  return {
    name: `SIGSTOP of ${victim} for ${ms / 1000} s`,
    takes: TAKES[victim],
    async inject(rig) {
      rig.signal(victim, 'SIGSTOP');
      await rig.lasting(ms);
      rig.signal(victim, 'SIGCONT');
    },
  };
}

const CROWD = 300;
const HELD_MS = 200;
const LET_GO_MS = 50;

/** Far more calls than the recorder can take: it runs a fifth of the time, and many callers never rest. */
export function outpaced(ms: number): Fault {
  return {
    name: `${CROWD} callers and a fifth of a recorder for ${ms / 1000} s`,
    takes: { records: true },
    async inject(rig) {
      const isOver = rig.load.crowd(rig.system, CROWD, ms).then(() => true);
      do {
        rig.signal('recorder', 'SIGSTOP');
        await rig.lasting(HELD_MS);
        rig.signal('recorder', 'SIGCONT');
      } while (!(await Promise.race([isOver, rig.lasting(LET_GO_MS)])));
    },
  };
}

const STEPPED: readonly Producing[] = ['recorder', 'accessLog', 'ledger'];
const HOUR_MS = 3_600_000;

/** The clocks of our processes are set to and fro, one after another; Envoy's and the client's stay. */
export function clockStepped(ms: number): Fault {
  return {
    name: 'clocks of recorder, access log and ledger stepped by an hour, and back',
    async inject(rig) {
      for (const stepMs of [HOUR_MS, 0, -HOUR_MS, 0])
        for (const victim of STEPPED) {
          rig.stepClock(victim, stepMs);
          await rig.lasting(ms);
        }
    },
  };
}

/** Envoy’s clock is set forward, and goes on so. */
export function envoyClockForward(ms: number): Fault {
  return {
    name: 'Envoy’s clock set forward by an hour',
    needs: ['cc'],
    async inject(rig) {
      rig.envoyClock.set(rig.envoyClock.aheadMs + HOUR_MS);
      await rig.lasting(ms);
    },
  };
}

/** It is set back: what ended between two readings of the counters may be of either time. */
export function envoyClockBack(ms: number): Fault {
  return {
    name: 'Envoy’s clock set back by an hour',
    needs: ['cc'],
    takes: { log: true },
    async inject(rig) {
      rig.envoyClock.set(rig.envoyClock.aheadMs - HOUR_MS);
      await rig.lasting(ms);
    },
  };
}

/** The disk of the recorder's spool has no byte free for a while. */
export function spoolFull(ms: number): Fault {
  return {
    name: `disk of the spool full for ${ms / 1000} s`,
    takes: { records: true },
    async inject(rig) {
      await rig.disks.spool.squeeze();
      await rig.lasting(ms);
      await rig.disks.spool.resize('1g');
    },
  };
}

/** The disk of the log has no byte free: the ledger ends by itself, and is started when there is room. */
export function logFull(): Fault {
  return {
    name: 'disk of the log full',
    async inject(rig) {
      // What the ledger sweeps meanwhile would make room again.
      const squeezing = setInterval(() => {
        rig.disks.log.squeeze().catch(() => undefined);
      }, SQUEEZE_MS);
      try {
        await rig.mustEnd('ledger');
      } finally {
        clearInterval(squeezing);
        await rig.disks.log.resize('1g');
      }
      await rig.start('ledger');
    },
  };
}

/** What {@link failing} makes fail: calls that only files need, and which of them each process makes all the time. */
export const SYSTEM_CALLS = [
  'openat',
  'pwrite64',
  'fdatasync',
  'fsync',
  'rename',
  'link',
  'unlink',
  'pread64',
] as const;
const FAILING_MS = 3_000;
const LATEST_CALL = 30;

/**
 * A system call of a process fails once in each of its threads: strace gives EIO in the place of what the kernel would say.
 * A process that ends for it is started again, as any other is.
 */
export function failing(victim: Producing, systemCall: (typeof SYSTEM_CALLS)[number]): Fault {
  return {
    name: `EIO from ${systemCall} in ${victim}`,
    takes: TAKES[victim],
    async inject(rig) {
      const which = 2 + rig.random.below(LATEST_CALL);
      const inject = ['-e', `trace=${systemCall}`, '-e', `inject=${systemCall}:error=EIO:when=${which}`];
      const strace = ['-D', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null', ...inject];
      const traced = (launch: Launch): Launch => ({
        ...launch,
        program: 'strace',
        args: [...strace, launch.program, ...launch.args],
      });
      await rig.startAnew(victim, traced, FAILING_MS);
    },
  };
}

/** Writes to files write less than they were given, as they may. */
export function writingShort(victim: Producing): Fault {
  return {
    name: `short writes in ${victim}`,
    takes: TAKES[victim],
    async inject(rig) {
      await rig.startAnew(victim, (launch) => preloaded(launch, 'short-writes.mjs'), FAILING_MS);
    },
  };
}

/** A second ledger is told to own the same folder; it is refused. */
export function secondLedger(): Fault {
  return {
    name: 'a second ledger on the same folder',
    async inject(rig) {
      const second = await rig.alongside('ledger', (launch) => launch);
      const ended = await second.endsBy(LIMIT_MS);
      assert.deepEqual([ended, /in use by process/.test(second.output())], ['exit code 3', true], second.output());
    },
  };
}

/** The same, and neither sees the other's lock, as on two machines: the one that came first ends at its next commit. */
export function secondLedgerUnseen(): Fault {
  return {
    name: 'a second ledger on the same folder, unseen by the first',
    async inject(rig) {
      const mutant = await mutantCli(LOCK_OF_ITS_OWN);
      try {
        const cli = (launch: Launch): Launch => ({
          ...launch,
          args: launch.args.map((arg) => (arg.endsWith('src/cli.ts') ? mutant.cli : arg)),
        });
        const second = await rig.alongside('ledger', cli);
        await rig.mustEnd('ledger').catch((thrown: unknown) => {
          throw new Error(`the first ledger goes on; the second says: ${second.output()}`, { cause: thrown });
        });
        await second.stop();
        await rig.start('ledger');
      } finally {
        await mutant.remove();
      }
    },
  };
}
