import type { Mutation } from '../../support/mutant.ts';
import { isAudited, isWiped } from './plan.ts';

/** A protection of the product, and the change that switches it off. */
export interface PlantedFault {
  /** What the product doesn't do any more. */
  readonly name: string;
  readonly mutations: readonly Mutation[];
  /** True for seeds of schedules that it can show in; where not set, it can in all. */
  readonly isFor?: (seed: number) => boolean;
  /** Where schedules that show it are rare: the seed that the search for one begins with. */
  readonly fromSeed?: number;
}

function fault(name: string, file: string, from: string, to: string): PlantedFault {
  return { name, mutations: [{ file, from, to }] };
}

/** One of who certifies, and of what is certified. */
function audited(name: string, file: string, from: string, to: string): PlantedFault {
  return { ...fault(name, file, from, to), isFor: isAudited };
}

/** What a simulation must find. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  fault('fsync of the spool', 'src/spool/writer.ts', 'await handle.sync();', ''),
  fault('fsync of the folder of a new segment', 'src/spool/writer.ts', 'await files.syncDirectory(directory);', ''),
  {
    ...fault(
      'taking back of what found no room',
      'src/spool/writer.ts',
      'await this.handle.truncate(segment.bytes);',
      '',
    ),
    fromSeed: 1_400,
  },
  fault('the fence', 'src/ledger/store.ts', 'if (!linked) throw this.fenced(state.version);', ''),
  fault(
    'declaring of ends that were cut',
    'src/ledger/intake.ts',
    'draft.addGap(GAP_REASON.epoch_not_stopped, {',
    'if (draft.leaves.length < 0) draft.addGap(GAP_REASON.epoch_not_stopped, {',
  ),
  fault(
    'keeping of frames until the ledger has them',
    'src/commands/publishing.ts',
    'if (positions === undefined) await running.release(publisher.published);',
    'if (positions !== undefined) await running.release(publisher.published);',
  ),
  fault('sending again of what a topic has lost', 'src/commands/spool-keeper.ts', 'publisher.rewind(first);', ''),
  fault(
    'waiting for the record in strict',
    'src/capture/session.ts',
    'this.#enqueue(0, () => this.#wait.track(this.#finish(recording, effect.ended, effect.reason), true));',
    'this.#enqueue(0, () => void this.#finish(recording, effect.ended, effect.reason).catch(() => undefined));',
  ),
  fault(
    'waiting for the opening in strict',
    'src/capture/session.ts',
    'this.#enqueue(0, () => this.#wait.track(recording.recordOpened(), false));',
    'this.#enqueue(0, () => void recording.recordOpened().catch(() => undefined));',
  ),
  fault(
    'the end of exchanges that a crash left open',
    'src/commands/last-epoch.ts',
    'await recoverOpened(recovery.unfinished, writer);',
    '',
  ),
  fault(
    'keeping of frames of open exchanges',
    'src/commands/release.ts',
    'const kept = Math.min(recorded, needed.openExchanges() ?? recorded);',
    'const kept = recorded;',
  ),
  fault(
    'counting of losses',
    'src/capture/losses.ts',
    'await this.#writer.append({ kind: KIND.gap, body: Gap.encode(gap) });',
    'void gap;',
  ),
  fault(
    'free numbers after a full disk',
    'src/seal/committer.ts',
    'this.place = place;\n      return reason;',
    'return reason;',
  ),
  fault('resending of what was not acknowledged', 'src/bus/kafka-sink.ts', 'await pause(waitMs, signal);', 'return;'),
  fault(
    'the reader’s own position on the bus',
    'src/bus/kafka-source.ts',
    'offset: String(delivery.position ?? 0)',
    "offset: '0'",
  ),
  fault(
    'removal of duplicates',
    'src/ledger/epochs.ts',
    "if (known === place.hash) return { verdict: 'duplicate' };",
    "if (known === place.hash) return { verdict: 'accept', epoch, late: false };",
  ),
  fault(
    'fsync of the ledger’s files',
    'src/ledger/disk.ts',
    'await handle.write(bytes, 0);\n      await handle.sync();',
    'await handle.write(bytes, 0);',
  ),
  fault(
    'fsync of the ledger’s folders',
    'src/ledger/disk.ts',
    'await eachOf(names, (folder) => this.syncFolder(folder));',
    'void names;',
  ),
  fault(
    'publication of what was committed before a crash',
    'src/ledger/start.ts',
    '(await publisher.isStaged(state)) ? await finish(ports, state) : await check(ports, state)',
    'await check(ports, state)',
  ),
  fault(
    'chunks sent ahead',
    'src/ledger/commit.ts',
    'await disk.putOnce(`${today}/${hash}`, bytes, folders);',
    'bytes.at(0);',
  ),
  fault(
    'position in the commit',
    'src/ledger/intake.ts',
    'draft.source = { id: sourceId, next: message.position + 1 };',
    'draft.source = { id: sourceId, next: message.position + 1 + Number(message.value.length % 7 === 0) };',
  ),
  fault(
    'naming of calls that are missing',
    'src/proof/completeness/verdict.ts',
    'return logged.isOffered ? MISSING :',
    "return logged.isOffered ? verdict('complete') :",
  ),
  fault(
    'joining of records that come before the access log',
    'src/proof/completeness/calls.ts',
    'if (call.window !== undefined && call.window !== window) this.#leave(call, call.window);',
    '',
  ),
  fault(
    'joining of records that come after the access log',
    'src/proof/completeness/joining.ts',
    'const byId = isOther(first?.recorded, second) ? undefined : first;',
    'const byId = undefined;',
  ),
  fault(
    'closing of gaps by records that come late',
    'src/proof/completeness/producers.ts',
    'holes.splice(at, 1, ...rest.filter(({ first, last }) => first <= last));',
    'holes.splice(at, 1, ...rest);',
  ),
  fault(
    'knowing of a producer that it ended in order',
    'src/proof/completeness/producers.ts',
    'if (event === PRODUCER_EVENT.stopped) life.stoppedUs = timeUs;',
    '',
  ),
  fault(
    'knowing of an epoch which one it follows',
    'src/proof/continuity.ts',
    'if (previous.length === EPOCH_BYTES) {',
    'if (previous.length > EPOCH_BYTES) {',
  ),
  fault(
    'making certificates of the leaves that they were made of',
    'src/proof/completeness/certificate-book.ts',
    'for (const audit of this.#audits.values()) audit.add(leaf, record, role);',
    'for (const audit of this.#audits.values()) if (leaf % 16 !== 15) audit.add(leaf, record, role);',
  ),
  fault(
    'telling the epochs of two recorders apart',
    'src/ledger/intake.ts',
    'const held = draft.producers.get(keyId)?.epochs ?? [];',
    'const held = [...draft.producers.values()].flatMap(({ epochs }) => epochs);',
  ),
  audited(
    'revising of certificates when more is known',
    'src/audit/agenda.ts',
    'if (known.content !== contentOf(certificate, attachments))',
    "if (known.content === '')",
  ),
  {
    ...audited(
      'judging of windows anew that changed after their turn',
      'src/audit/agenda.ts',
      'late.push({ nodeId, startUs });',
      '{}',
    ),
    fromSeed: 1_100,
  },
  audited(
    'waiting of an auditor for what it had written before its restart',
    'src/audit/agenda.ts',
    'if (!this.#isBegun) return [];',
    '',
  ),
  audited(
    'knowing which certificates are on their way to the log',
    'src/audit/agenda.ts',
    'if (onTheWay === undefined) return false;',
    'return false;',
  ),
  audited(
    'certifying of each leaf that a certificate counts',
    'src/audit/auditor.ts',
    'this.#audit.add(leaf, record, role);',
    'if (leaf % 16 !== 15) this.#audit.add(leaf, record, role);',
  ),
  {
    ...audited(
      'declaring of what went down with who received the access log',
      'src/proof/completeness/tails.ts',
      'return [...node.leftUnknown, ...[...node.carriers.keys()].flatMap((name) => tailsOf(node, name, at))];',
      'return [...node.leftUnknown, ...[...node.carriers.keys()].slice(node.carriers.size).flatMap((name) => tailsOf(node, name, at))];',
    ),
    fromSeed: 3_200,
  },
  {
    ...fault(
      'naming of a producer whose disk was exchanged',
      'src/proof/continuity.ts',
      "this.#find('wiped', epoch, before.epoch, leaf, timeUs);",
      '{}',
    ),
    isFor: isWiped,
  },
  {
    ...fault(
      'telling which of two epochs is older that know of none before them',
      'src/ledger/intake.ts',
      'const anew = begunAnewAfter(epoch, held, head);',
      'const anew = begunAnewAfter(epoch, [], head);',
    ),
    isFor: isWiped,
    fromSeed: 16_000,
  },
];
