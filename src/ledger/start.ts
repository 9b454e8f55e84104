import { AffidavitError } from '../record/index.ts';
import { encodeHex, equalBytes } from '../proof/index.ts';
import type { TileSource } from '../proof/index.ts';
import type { Committed } from './commit.ts';
import type { LedgerDisk } from './disk.ts';
import { below, packFolder, packPath } from './layout.ts';
import type { Publisher } from './publish.ts';
import { stateRoot } from './state.ts';
import type { LedgerState } from './state.ts';
import type { StateStore } from './store.ts';
import { EMPTY_TAIL, growTiles, readTail } from './tail.ts';
import type { LogTail } from './tail.ts';

/** What a start needs. */
export interface StartPorts {
  disk: LedgerDisk;
  source: TileSource;
  store: StateStore;
  publisher: Publisher;
}

/**
 * Takes a ledger over: checks that it is the one that was meant, fences whoever had it before, and publishes what was
 * committed and not published. `undefined` for a folder where none was begun.
 * @throws config.invalid for a ledger of another origin or root key; ledger.damaged; ledger.fenced; evidence.*
 */
export async function takeOver(
  ports: StartPorts,
  origin: string,
  rootPublicKey: Uint8Array,
): Promise<Committed | undefined> {
  const { disk, store, publisher } = ports;
  // In this order: an owner who goes on meanwhile publishes no more than the state that is read then has.
  const published = await publisher.checkpoint();
  const found = await store.load();
  if (found === undefined) {
    if (published === undefined) return undefined;
    throw new AffidavitError('ledger.damaged', `${disk.directory} has a checkpoint, but its state is gone`);
  }
  if (found.origin !== origin || found.rootPublicKey !== encodeHex(rootPublicKey))
    throw new AffidavitError(
      'config.invalid',
      `${disk.directory} holds the log ${found.origin} under root key ${found.rootPublicKey}; configured is ${origin} under ${encodeHex(rootPublicKey)}`,
    );
  const size = published?.checkpoint.size ?? 0;
  if (size > found.size)
    throw new AffidavitError(
      'ledger.damaged',
      `${disk.directory} is older than its checkpoint: ${found.size} leaves, and ${size} were published. A restored backup must begin a new log`,
    );
  const state: LedgerState = { ...found, version: found.version + 1 };
  try {
    await store.swap(state);
    await store.removeTemporaries();
    await removeAbandonedPacks(disk, state);
    const tail = (await publisher.isStaged(state)) ? await finish(ports, state) : await check(ports, state);
    await store.removeOld(state.version);
    return { state, tail };
  } catch (thrown) {
    throw await store.explain(thrown, state.version);
  }
}

/** The crash may have been anywhere after the commit: the same publication again, from the same bytes. */
async function finish({ source, publisher }: StartPorts, state: LedgerState): Promise<LogTail> {
  const oldSize = state.staged?.oldSize ?? 0;
  return publisher.publish(state, oldSize === 0 ? EMPTY_TAIL : await readTail(source, oldSize));
}

async function check({ disk, source, publisher }: StartPorts, state: LedgerState): Promise<LogTail> {
  const checkpoint = (await publisher.checkpoint())?.checkpoint;
  if (checkpoint?.size !== state.size || !equalBytes(checkpoint.root, stateRoot(state)))
    throw new AffidavitError(
      'ledger.damaged',
      `${disk.directory}: the checkpoint isn't that of the ${state.size} leaves committed, and what was staged is gone`,
    );
  const tail = await readTail(source, state.size);
  if (!equalBytes(growTiles(tail, []).root, stateRoot(state)))
    throw new AffidavitError(
      'ledger.damaged',
      `${below(disk.directory, 'tile')}: the tiles at the right edge don't lead to the root of ${state.size} leaves`,
    );
  return tail;
}

/** Packs of attempts that came to nothing: nothing refers to them. */
async function removeAbandonedPacks(disk: LedgerDisk, state: LedgerState): Promise<void> {
  for (const folder of new Set([packFolder(state.commit), packFolder(state.version)]))
    for (const file of await disk.list(folder)) {
      const name = file.replace(/\.pack$/, '');
      const version = Number(name.slice(0, 20));
      if (version > state.commit || (version === state.commit && name !== state.pack))
        await disk.remove(packPath(name));
    }
}
