// In the process that it is loaded into a pipe is opened as a file on a disk that never answers: the open waits.
import fs, { constants } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const { open } = fs;
fs.open = (path, flags, mode) => open(path, typeof flags === 'number' ? flags & ~constants.O_NONBLOCK : flags, mode);
syncBuiltinESMExports();
