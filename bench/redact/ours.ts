import { type BodyOutcome, createRedactor } from '../../src/redact/index.ts';
import { type Contender, cpuUs, type Redacted } from './measure.ts';

const SALT = new Uint8Array(32).fill(7);

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The engine with all its default rules, through its public interface: bodies written in one piece, then ended. */
export function ours(contentType: string): Contender {
  const redactor = createRedactor();
  const context = { part: 'request_body', contentType } as const;
  const redactOne = (bytes: Uint8Array): { head: Uint8Array; outcome: BodyOutcome } => {
    const body = redactor.body(context, SALT);
    const head = body.write(bytes);
    const outcome = body.end();
    if (head instanceof Promise || outcome instanceof Promise) throw new Error('a body without encoding was deferred');
    return { head, outcome };
  };
  return {
    name: 'affidavit',
    time: (bodies) => {
      const start = cpuUs();
      for (const bytes of bodies)
        if (redactOne(bytes).outcome.state !== 'kept') throw new Error(`a body of ${contentType} was withdrawn`);
      return Promise.resolve(cpuUs() - start);
    },
    redact: (bytes): Promise<Redacted> => {
      const { head, outcome } = redactOne(bytes);
      const tail = outcome.state === 'kept' ? outcome.tail : new Uint8Array(0);
      const counted = outcome.counts.reduce((sum, { count }) => sum + count, 0);
      return Promise.resolve({ text: latin1(head) + latin1(tail), counted });
    },
    close: () => undefined,
  };
}
