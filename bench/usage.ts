import { readFileSync } from 'node:fs';

/** What the kernel says that a process, or several together, have used so far. */
export interface Usage {
  /** User and system time of all its threads. */
  readonly cpuUs: number;
  readonly rssBytes: number;
  /** The most that it ever had. */
  readonly peakRssBytes: number;
}

/** `sysconf(_SC_CLK_TCK)`: 100 on every Linux that Node runs on. */
const TICK_US = 10_000;
const KIB = 1024;

/** A process with all that it started, as a fleet of recorders is. Throws when one of them is gone. */
export function usageOfAll(pid: number): Usage {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return children.map(usageOfAll).reduce(
    (sum, one) => ({
      cpuUs: sum.cpuUs + one.cpuUs,
      rssBytes: sum.rssBytes + one.rssBytes,
      peakRssBytes: sum.peakRssBytes + one.peakRssBytes,
    }),
    usageOf(pid),
  );
}

/** Reads /proc (proc_pid_stat(5), proc_pid_status(5)). Throws when the process is gone. */
function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in brackets, may itself have brackets and blanks in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [utime = 0, stime = 0] = fields.slice(11, 13).map(Number);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
  return { cpuUs: (utime + stime) * TICK_US, rssBytes: kib('VmRSS') * KIB, peakRssBytes: kib('VmHWM') * KIB };
}
