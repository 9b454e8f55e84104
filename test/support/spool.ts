import { parseConfig } from '../../src/config/index.ts';
import { Spool } from '../../src/spool/index.ts';
import type { SpoolFrame, SpoolLimits, SpoolReader } from '../../src/spool/index.ts';
import { silentLogger } from '../../src/runtime/index.ts';
import type { Clock, FileSystem } from '../../src/runtime/index.ts';
import { SeededRandom } from './seeded-random.ts';

/** Folder of the spools that tests open on a simulated disk. */
export const SPOOL_DIRECTORY = '/spool';

/** Opens a spool as tests do: seeded id, a clock that stands still, no log. */
export function openSpool(
  files: FileSystem,
  limits: Partial<SpoolLimits> = {},
  directory = SPOOL_DIRECTORY,
  clock: Clock = { nowUs: () => 0, monotonicUs: () => 0 },
): Promise<Spool> {
  const { segmentBytes, maxBytes } = parseConfig('', {}).spool;
  const options = { directory, files, clock, random: new SeededRandom(7), logger: silentLogger };
  return Spool.open({ ...options, limits: { segmentBytes, maxBytes, ...limits } });
}

/** Every durable frame from `from` on. */
export async function readAll(spool: SpoolReader, from = 0): Promise<SpoolFrame[]> {
  const frames: SpoolFrame[] = [];
  for (let next = from; next < spool.nextFrame; next = (frames.at(-1)?.number ?? next) + 1) {
    const read = await spool.read(next, { maxFrames: 16, maxBytes: 4096 });
    if (read.length === 0) break;
    frames.push(...read);
  }
  return frames;
}

/** Bytes that say which frame of which writer they are, and that are never zero. */
export function frameOf(text: string, size = text.length): Uint8Array {
  return new Uint8Array(Buffer.alloc(size, `${text}.`, 'latin1'));
}
