import { AffidavitError, KEY_ROLE } from '../record/index.ts';
import type { SignedKey } from '../record/index.ts';
import { encodeHex, isKeyName, isProducerRole, keyIdOf, noteKey, verifyKeyStatement } from '../proof/index.ts';
import type { Checkpoint } from '../proof/index.ts';
import { commit } from './commit.ts';
import type { Committed, CommitPorts } from './commit.ts';
import { LedgerDisk } from './disk.ts';
import { CommitDraft, noCounts } from './draft.ts';
import type { Counts } from './draft.ts';
import { draftGenesis, draftKey } from './enrol.ts';
import { FolderTileSource } from './folder-source.ts';
import { EpochIndex } from './index-repair.ts';
import { Intake } from './intake.ts';
import type { IntakeLookups, SourceMessage } from './intake.ts';
import { DEAD_LETTER_FOLDER, deadLetterPath } from './layout.ts';
import { socketLock } from './lock.ts';
import type { HeldLock } from './lock.ts';
import { formatPositions } from './positions.ts';
import {
  DEFAULT_COMMIT_LIMITS,
  type CommitLimits,
  type Ingested,
  type LedgerOptions,
  type Retried,
} from './options.ts';
import { steadyTime } from '../runtime/index.ts';
import { Publisher } from './publish.ts';
import { takeOver } from './start.ts';
import { emptyState } from './state.ts';
import type { WaitingMessage } from './state.ts';
import { dayOf, DEFAULT_STORAGE_LIMITS, measureDeadLetters, sweepIncoming } from './storage.ts';
import type { StorageLimits } from './storage.ts';
import { StateStore } from './store.ts';
import { EMPTY_TAIL } from './tail.ts';

/** A message of the bus may be larger than what can be accepted; one that is kept aside is no larger than this. */
const MAX_DEAD_LETTER_BYTES = 64 * 1024 * 1024;

/**
 * One shard's Merkle log in a folder. Everything that changes it is one commit after the other. After a failure the
 * outcome of the last commit is open: the ledger refuses from then on, and a new {@link Ledger.open} finds out.
 */
export class Ledger {
  private readonly options: LedgerOptions;
  private readonly ports: CommitPorts;
  private readonly index: EpochIndex;
  private readonly intake: Intake;
  private readonly limits: CommitLimits;
  private readonly lock: HeldLock;
  private readonly storage: StorageLimits;
  private committed: Committed;
  private deadLetterBytes = 0;
  private sweptDay = '';
  private readonly steadyUs: () => number;
  private turn: Promise<unknown> = Promise.resolve();
  private failure: AffidavitError | undefined;

  private constructor(options: LedgerOptions, ports: CommitPorts, lock: HeldLock) {
    const { disk } = ports;
    const source = new FolderTileSource(options.files, options.directory);
    this.options = options;
    this.ports = ports;
    this.lock = lock;
    this.limits = { ...DEFAULT_COMMIT_LIMITS, ...options.limits };
    this.storage = { ...DEFAULT_STORAGE_LIMITS, ...options.storage };
    this.steadyUs = steadyTime(options.clock);
    this.committed = { state: emptyState(options.origin, options.rootPublicKey), tail: EMPTY_TAIL };
    this.index = new EpochIndex({
      disk,
      source,
      size: () => this.size,
      isIndexed: (keyId) => isProducerRole(this.committed.state.producers.get(keyId)?.role ?? 0),
      logger: options.logger,
    });
    const { index } = this;
    const lookups: IntakeLookups = {
      findBatch: (keyId, epoch, batchNo, expected) => index.find(keyId, epoch, batchNo, expected),
      findAnew: (keyId, epoch, batchNo) => index.findAnew(keyId, epoch, batchNo),
      restoreEpoch: (keyId, epoch) => index.restore(keyId, epoch),
      isInTree: (batch) => index.isInTree(batch),
      missingOn: async (page) => (await ports.publisher.keyPage(page)).missing,
    };
    this.intake = new Intake(options.origin, lookups, this.limits.maxWaiting);
  }

  /**
   * Opens the ledger in a folder, or begins it. What was committed before a crash is published; then keys that aren't
   * enrolled yet are, and messages that waited for them are appended.
   * @throws io.locked when another process has it; config.invalid when it's another log; key.missing; ledger.damaged;
   * ledger.fenced; evidence.*; io.*
   */
  static async open(options: LedgerOptions): Promise<Ledger> {
    if (!isKeyName(options.origin))
      throw new AffidavitError('config.invalid', `not the origin of a log: ${JSON.stringify(options.origin)}`);
    await options.files.makeDirectory(options.directory);
    const lock = await (options.lock ?? socketLock).acquire(options.directory);
    try {
      const { directory, files, random, logKey, origin, clock, keyService, ledgerKey: signer } = options;
      const disk = new LedgerDisk(files, directory, random);
      const source = new FolderTileSource(files, directory);
      const store = new StateStore(disk);
      const sign = (message: Uint8Array): Uint8Array => logKey.sign(message);
      const key = noteKey(origin, logKey.publicKey);
      const publisher = new Publisher({ disk, source, store, noteKey: key, sign });
      const { environment, tenant, retentionClass } = options;
      const labels = { environment, tenant, retentionClass };
      const ports = { disk, store, publisher, clock, random, keyService, signer, labels };
      const ledger = new Ledger(options, ports, lock);
      const found = await takeOver({ disk, source, store, publisher }, origin, options.rootPublicKey);
      await ledger.start(found);
      return ledger;
    } catch (thrown) {
      await lock.release();
      throw thrown;
    }
  }

  /** Number of leaves, all of them under the published checkpoint. */
  get size(): number {
    return this.committed.state.size;
  }

  /** Where to go on reading the bus; `undefined` when nothing of this source was read: from its beginning. */
  get position(): number | undefined {
    const { source } = this.committed.state;
    return source?.id === this.options.sourceId ? source.next : undefined;
  }

  /** False once a commit failed or the ledger was closed. */
  get isOpen(): boolean {
    return this.failure === undefined;
  }

  /** The published checkpoint: the signed note, and what it says. */
  async checkpoint(): Promise<{ bytes: Uint8Array; checkpoint: Checkpoint }> {
    const published = await this.ports.publisher.checkpoint();
    if (published === undefined) throw new AffidavitError('ledger.damaged', 'the checkpoint is gone');
    return published;
  }

  /**
   * How far each producer's epochs have arrived, under the published checkpoint, as a note signed by the log key.
   * @param keyId of one producer (hex) @throws protocol when there are too many for a note, which those of one never are
   */
  positions(keyId?: string): Uint8Array {
    return formatPositions(this.committed.state, this.options.logKey, keyId);
  }

  /**
   * Takes messages in the order of the bus. When it resolves, each is in the log, a duplicate of what is, or
   * quarantined, and the published checkpoint says so. @throws ledger.fenced, ledger.damaged, io.*: nothing is taken
   * any more; what of these messages was taken, {@link position} tells after a new open.
   */
  ingest(messages: readonly SourceMessage[]): Promise<Ingested> {
    return this.exclusive(async () => {
      const total = noCounts();
      let next = 0;
      while (next < messages.length) {
        const draft = this.newDraft();
        for (const message of messages.slice(next)) {
          await this.intake.take(draft, this.options.sourceId, message);
          next += 1;
          if (this.isFull(draft)) break;
        }
        await this.commit(draft);
        for (const name of Object.keys(total) as (keyof Counts)[]) total[name] += draft.counts[name];
      }
      return { ...total, size: this.size };
    });
  }

  /**
   * Enrols, rotates or retires a key as the root key says, and appends what waited for it. Saying the same twice
   * changes nothing. @throws evidence.signature, evidence.untrusted_key, evidence.malformed: nothing changed.
   */
  async enrol(signed: SignedKey): Promise<{ keyId: string; size: number }> {
    const statement = verifyKeyStatement(signed, this.options.rootPublicKey, this.options.origin);
    return await this.exclusive(async () => {
      const draft = this.newDraft();
      const keyId = draftKey(draft, signed, statement, this.options.ledgerKey);
      await this.commit(draft);
      await this.drainWaiting();
      return { keyId, size: this.size };
    });
  }

  /**
   * Judges a quarantined message once more, as if it came now: a key may be enrolled, a version that reads it installed.
   * Refused again it leaves no further leaf: the log says already that it was quarantined.
   * @param hash of the message, in hex @throws not_found when its bytes aren't kept; as {@link ingest}
   */
  retry(hash: string, position: number): Promise<Retried> {
    return this.exclusive(async () => {
      const value = await this.ports.disk.readIfThere(deadLetterPath(hash), MAX_DEAD_LETTER_BYTES);
      if (value === undefined)
        throw new AffidavitError('not_found', `no message ${hash} is kept in ${DEAD_LETTER_FOLDER}/`);
      const draft = this.newDraft();
      await this.intake.takeValue(draft, { position, value });
      const refusal = draft.refusals.at(-1);
      if (refusal !== undefined) return { outcome: 'refused', detail: refusal, size: this.size };
      const { chunks, duplicates } = draft.counts;
      await this.commit(draft);
      const outcome = chunks > 0 ? 'stored' : duplicates > 0 ? 'duplicate' : 'appended';
      return { outcome, detail: '', size: this.size };
    });
  }

  /** Waits for what runs, and lets the folder go. */
  async close(): Promise<void> {
    this.failure ??= new AffidavitError('shutting_down', 'the ledger is closed');
    await this.turn.catch(() => undefined);
    await this.lock.release();
  }

  private newDraft(): CommitDraft {
    return new CommitDraft(this.committed.state, this.storage.maxDeadLetterBytes - this.deadLetterBytes);
  }

  private isFull(draft: CommitDraft): boolean {
    // Each mark that is looked for may become a record of the ledger's own.
    const leaves = draft.leaves.length + draft.own.length + draft.wantedMarks;
    return leaves >= this.limits.maxLeaves || draft.bytes >= this.limits.maxBytes;
  }

  private exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(async () => {
      if (this.failure !== undefined) throw this.failure;
      return work();
    });
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async commit(draft: CommitDraft): Promise<void> {
    if (!draft.hasWork) return;
    try {
      this.committed = await commit(this.ports, this.committed, draft);
      await this.sweep();
    } catch (thrown) {
      const explained = await this.ports.store.explain(thrown, this.committed.state.version + 1);
      this.failure = AffidavitError.from(explained, 'internal', 'commit to the ledger');
      this.options.logger.error({ code: this.failure.code, size: this.size }, this.failure.message);
      throw this.failure;
    }
    this.deadLetterBytes += draft.deadLetterBytes;
    draft.counts.leaves = draft.leaves.length;
    const { quarantined, forks } = draft.counts;
    if (forks > 0) this.options.logger.error({ forks }, 'a producer signed two batches for one place: both are kept');
    if (quarantined > 0)
      this.options.logger.warn({ quarantined }, 'messages that could not be accepted are kept aside');
    this.logCounts(draft.counts);
  }

  private logCounts({ notWaiting, notKept, payloadsMissing, payloadsArrived }: Counts): void {
    const { logger } = this.options;
    if (notKept > 0)
      logger.error(
        { messages: notKept, maxDeadLetterBytes: this.storage.maxDeadLetterBytes, folder: DEAD_LETTER_FOLDER },
        'the dead-letter store is full: quarantined messages are no longer kept; look at those there, and remove them',
      );
    if (notWaiting > 0)
      logger.error(
        { messages: notWaiting, maxWaiting: this.limits.maxWaiting, folder: DEAD_LETTER_FOLDER },
        'too many batches wait for keys that nobody enrolled: further ones are kept aside, and enrolling brings them no more',
      );
    if (payloadsMissing > 0)
      logger.warn({ parts: payloadsMissing }, 'payloads are missing: they are taken when their batch comes again');
    if (payloadsArrived > 0) logger.info({ parts: payloadsArrived }, 'payloads that were missing have arrived');
  }

  /** Once a day. */
  private async sweep(): Promise<void> {
    const nowUs = this.steadyUs();
    const today = dayOf(nowUs);
    if (today === this.sweptDay) return;
    this.sweptDay = today;
    await sweepIncoming(this.ports.disk, nowUs, this.options.logger, this.storage);
  }

  private async start(found: Committed | undefined): Promise<void> {
    if (found !== undefined) this.committed = found;
    this.deadLetterBytes = await measureDeadLetters(this.ports.disk);
    await this.sweep();
    const indexRows = await this.index.check(this.committed.state.indexRows);
    this.committed = { ...this.committed, state: { ...this.committed.state, indexRows } };
    const target = this.newDraft();
    if (found === undefined) draftGenesis(target, this.options);
    const own = encodeHex(this.options.ledgerKey.keyId);
    const signed = this.options.enrolments.flatMap((enrolment) => {
      const statement = this.orRefuse(() =>
        verifyKeyStatement(enrolment, this.options.rootPublicKey, this.options.origin),
      );
      if (statement === undefined) return [];
      return [{ enrolment, statement, isOwn: encodeHex(keyIdOf(statement.publicKey)) === own }];
    });
    // Leaf 1 enrols the key that signs it and leaf 0; from then on only enrolled keys sign.
    const ordered = signed.toSorted(
      (a, b) => Number(b.isOwn) - Number(a.isOwn) || a.statement.timeUs - b.statement.timeUs,
    );
    if (found !== undefined) this.checkOwnKey(target, own);
    for (const { enrolment, statement } of ordered)
      this.orRefuse(() => draftKey(target, enrolment, statement, this.options.ledgerKey));
    this.checkOwnKey(target, own);
    await this.commit(target);
    await this.drainWaiting();
  }

  /** What an enrolment gives; `undefined`, and a line in the log, when it's wrong: it must not keep the ledger shut. */
  private orRefuse<T>(take: () => T): T | undefined {
    try {
      return take();
    } catch (thrown) {
      const { code, message } = AffidavitError.from(thrown, 'internal', 'take an enrolment');
      if (code === 'internal') throw thrown;
      this.options.logger.error({ code }, `an enrolment is refused: ${message}`);
      return undefined;
    }
  }

  private checkOwnKey(draft: CommitDraft, keyId: string): void {
    const key = draft.producers.get(keyId);
    if (key?.role !== KEY_ROLE.ledger || key.retired)
      throw new AffidavitError(
        'key.missing',
        `the ledger key ${keyId} is not enrolled in ${this.options.origin}: restore the ledger.key that is`,
      );
  }

  /** Appends the messages whose key was unknown when they came, and no longer is. */
  private async drainWaiting(): Promise<void> {
    for (;;) {
      const draft = this.newDraft();
      const ready = draft.waiting.filter(({ keyId }) => draft.producers.has(keyId));
      if (ready.length === 0) return;
      const taken = new Set<WaitingMessage>();
      for (const message of ready) {
        taken.add(message);
        const value = await this.ports.disk.readIfThere(deadLetterPath(message.hash), message.size);
        if (value === undefined)
          this.options.logger.error({ hash: message.hash }, 'a quarantined message is gone: it can never be appended');
        else await this.intake.takeValue(draft, { position: message.position, value });
        if (this.isFull(draft)) break;
      }
      draft.waiting = draft.waiting.filter((message) => !taken.has(message));
      await this.commit(draft);
    }
  }
}
