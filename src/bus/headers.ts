import { createRequire } from 'node:module';

/** The part of kafkajs that reads a record's headers, and nothing else: its own interface has no setting for them. */
interface DecoderClass {
  readonly prototype: { readVarIntArray: (read: unknown) => unknown[] };
}

let installed = false;

/**
 * Lets kafkajs 2.2.4 leave the headers of fetched messages unread: nothing here uses any, and it copies all headers of a
 * message for each one of them, so that a single message with 20,000 headers (200 kB, which any writer of the topic can
 * send) would keep a process busy for over a minute, and again after each restart. A record has its length before it, and its
 * headers at its end, so that the next one is found all the same.
 */
export function leaveHeadersUnread(): void {
  if (installed) return;
  installed = true;
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/protocol/decoder.js') as DecoderClass;
  prototype.readVarIntArray = () => [];
}
