/** Smaller ones cost more to let go than the collector takes for them. */
const LARGE_BYTES = 64 * 1024;

/** What may still be read by something that can't be stopped. */
const held = new WeakSet<ArrayBufferLike>();

/** Leaves a buffer to the collector, whoever lets it go: for who has given it to something that has been given up, and may go on. */
export function holdOn(bytes: Uint8Array): void {
  held.add(bytes.buffer);
}

/**
 * Frees the memory of a large buffer at once; whoever still has it finds it empty. Only for who knows that nobody needs it
 * any more. What survives two collections of the young generation waits for a full one, and those are rare: of buffers,
 * which stand outside of the heap, V8 lets tens of MB wait for it. One that is a part of another's memory stays.
 */
export function letGo(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (bytes.length < LARGE_BYTES || bytes.length !== buffer.byteLength || !(buffer instanceof ArrayBuffer)) return;
  if (held.has(buffer)) return;
  buffer.transfer(0);
}
