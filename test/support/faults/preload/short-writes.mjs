// In the process that it is loaded into a write to a file writes only a part of what it was given, as POSIX lets it.
import { open } from 'node:fs/promises';

const handle = await open('/dev/null', 'w');
const { prototype } = handle.constructor;
await handle.close();
const write = prototype.write;
let writes = 0;
prototype.write = function (bytes, offset, length, position) {
  writes += 1;
  const shortened = length > 1 ? 1 + ((writes * 7919) % (length - 1)) : length;
  return write.call(this, bytes, offset, shortened, position);
};
