/** Content after redaction, as text of one character a byte. */
export interface Redacted {
  readonly text: string;
  /** What the engine says that it replaced; undefined when it doesn't say. */
  readonly counted: number | undefined;
}

/** What redacts bodies: ours, or a peer. */
export interface Contender {
  readonly name: string;
  /** Redacts all bodies, one after the other; the processor time that it took, without preparations. */
  time(bodies: readonly Uint8Array[]): Promise<number>;
  /** Redacts one body, for its result. */
  redact(body: Uint8Array): Promise<Redacted>;
  close(): void;
}

/** User and system time of all threads of this process: what the work would take on one core that it has alone. */
export function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Redacts bodies until at least `leastUs` have passed, `next` ones each time; bytes of a microsecond are megabytes of a second. */
export async function megabytesPerSecond(
  contender: Contender,
  next: () => readonly Uint8Array[],
  leastUs: number,
): Promise<number> {
  let [us, done] = [0, 0];
  do {
    const bodies = next();
    us += await contender.time(bodies);
    done += bodies.reduce((sum, body) => sum + body.length, 0);
  } while (us < leastUs);
  return done / us;
}
