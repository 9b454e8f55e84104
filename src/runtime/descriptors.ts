import { readFileSync } from 'node:fs';

/** What a process needs for itself: segments, tiles, broker, standard streams. */
const OWN_DESCRIPTORS = 100;
const LEAST_CONNECTIONS = 8;

/**
 * Connections that a server may have, at most `wanted`: each takes a file descriptor, and without a free one nothing can
 * be recorded, so all servers of a process leave some of what the system allows it (RLIMIT_NOFILE).
 * @param share of the descriptors that are left for connections
 */
export function connectionsWithin(wanted: number, share: number, limit = descriptorLimit()): number {
  return Math.min(wanted, Math.max(LEAST_CONNECTIONS, Math.floor((limit - OWN_DESCRIPTORS) * share)));
}

/** As the kernel says; without a bound where it says nothing (not Linux, or no /proc). */
function descriptorLimit(): number {
  try {
    const found = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return found === undefined ? Infinity : Number(found);
  } catch {
    return Infinity;
  }
}
