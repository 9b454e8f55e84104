/** Smaller ones cost more to let go than the collector takes for them. */
const LARGE_BYTES = 64 * 1024;

/**
 * Frees the memory of a large buffer at once; whoever still has it finds it empty. Only for who knows that nobody needs it
 * any more. What survives two collections of the young generation waits for a full one, and those are rare: of buffers,
 * which stand outside of the heap, V8 lets tens of MB wait for it. One that is a part of another's memory stays.
 */
export function letGo(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (bytes.length < LARGE_BYTES || bytes.length !== buffer.byteLength || !(buffer instanceof ArrayBuffer)) return;
  buffer.transfer(0);
}
