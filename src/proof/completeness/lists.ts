import type { Call } from './call.ts';
import { type Attachment, CallList, type ListedCall } from '../../record/index.ts';
import { sha256 } from '../platform.ts';

/** A certificate's lists: attachments of its record, and the bytes of each. */
export type CertificateLists = readonly { readonly attachment: Attachment; readonly bytes: Uint8Array }[];

/** Gathers the lists of one certificate. Together they name so many calls, the earliest first, of the worst sort first. */
export class ListMaker {
  readonly #most: number;
  readonly #lists = new Map<number, ListedCall[]>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Takes a call of the list with this number. */
  add(list: number, call: ListedCall): void {
    const calls = this.#lists.get(list) ?? [];
    calls.push(call);
    this.#lists.set(list, calls);
  }

  /** Calls for which there is no room. */
  get leftOut(): number {
    const all = [...this.#lists.values()].reduce((sum, calls) => sum + calls.length, 0);
    return Math.max(0, all - this.#most);
  }

  /** The lists, in the order of their numbers. */
  make(): CertificateLists {
    let room = this.#most;
    return [...this.#lists]
      .toSorted(([a], [b]) => a - b)
      .flatMap(([name, calls]) => {
        const named = calls.toSorted(compareCalls).slice(0, room);
        room -= named.length;
        if (named.length === 0) return [];
        const bytes = CallList.encode({ calls: named });
        return [{ attachment: { name, hash: sha256(bytes), count: named.length, size: bytes.length }, bytes }];
      });
  }
}

function compareCalls(a: ListedCall, b: ListedCall): number {
  const order = a.endedUs - b.endedUs || a.startedUs - b.startedUs || a.connectionId - b.connectionId;
  return order !== 0 ? order : a.exchangeId < b.exchangeId ? -1 : a.exchangeId > b.exchangeId ? 1 : 0;
}

/** A call as it stands in a list. */
export function listed({ logged, recorded }: Call, reason: string): ListedCall {
  const call = logged ?? recorded;
  return {
    exchangeId: call?.exchangeId ?? '',
    startedUs: call?.startedUs ?? 0,
    endedUs: call?.endedUs ?? 0,
    connectionId: call?.connectionId ?? 0,
    route: call?.route ?? '',
    status: call?.status ?? 0,
    logLeafPlusOne: logged === undefined ? 0 : logged.leaf + 1,
    recordLeafPlusOne: recorded === undefined ? 0 : recorded.leaf + 1,
    reason,
  };
}
