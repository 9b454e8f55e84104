import { AffidavitError, Gap, GAP_REASON, KEY_ROLE, KIND, PART } from '../record/index.ts';
import type { ErrorCode, Part } from '../record/index.ts';
import { checkManifest, inPlace } from '../proof/index.ts';
import type { VerifiedLeaf } from '../proof/index.ts';
import type { KeyPage } from './key-page.ts';
import { KEY_PAGE_LEAVES, keyPagePath, packPath } from './layout.ts';
import type { LedgerReader } from './reader.ts';

/** A payload part or attachment that isn't as its record commits to it, and that nothing signed explains. */
export interface PayloadFault {
  leaf: number;
  /** Index in the record's parts, or in its attachments. */
  index: number;
  isAttachment: boolean;
  /** `evidence.missing`, `evidence.hash` or `evidence.malformed`. */
  code: ErrorCode;
  /** Leaf, part, file and what is wrong with it. */
  message: string;
}

/** What lies beside a log, held against its records. */
export interface PayloadReport {
  /** Parts and attachments that are there, byte for byte. */
  parts: number;
  /** Bytes that were read and hashed. */
  bytes: number;
  /** Parts and attachments that `gap` records of the ledger say are missing. */
  missing: number;
  /** Parts that an erasure explains. */
  erased: number;
  /** All the others. */
  faultCount: number;
  /** The first {@link MAX_LISTED_FAULTS} of them. */
  faults: PayloadFault[];
}

/** What a {@link PayloadAudit} may be told. */
export interface PayloadAuditOptions {
  /** True for a part that a receipt in the log says was erased. Without it nothing was. */
  isErased?: (leaf: number, part: number) => boolean;
}

/** Most faults that a report lists. */
export const MAX_LISTED_FAULTS = 100;
/** Most leaves with something missing that are held until the log's end, where later arrivals are known. */
const MAX_UNSETTLED = 262_144;

/** What of a leaf was looked for and not found. */
interface Unsettled {
  absent: { index: number; isAttachment: boolean; marked: boolean; name: string }[];
  /** Parts and attachments of it that the ledger's gap records call missing, less those that arrived. */
  declared: number;
}

/**
 * Looks for the payloads of a log's records, without any key: that the key page knows each part, that its pack holds
 * the manifest which the record commits to, and that the chunks are those of the manifest. A part may be absent when
 * the ledger said so in a `gap` record; a mark on a key page is signed by nobody and only says which part that was.
 * Leaves are taken in order, once they are verified; memory is bounded.
 */
export class PayloadAudit {
  private readonly reader: LedgerReader;
  private readonly isErased: (leaf: number, part: number) => boolean;
  private readonly unsettled = new Map<number, Unsettled>();
  private readonly found = { parts: 0, bytes: 0, missing: 0, erased: 0, faultCount: 0 };
  private readonly faults: PayloadFault[] = [];
  private page: { number: number; read: Promise<KeyPage> } | undefined;

  constructor(reader: LedgerReader, { isErased }: PayloadAuditOptions = {}) {
    this.reader = reader;
    this.isErased = isErased ?? (() => false);
  }

  /** Bytes that were read and hashed so far. */
  get bytes(): number {
    return this.found.bytes;
  }

  /** Takes the next leaf. @throws limit.exceeded, io.* */
  async take({ index: leaf, record, role }: VerifiedLeaf): Promise<void> {
    if (record.kind === KIND.gap && role === KEY_ROLE.ledger) this.takeGap(Gap.decode(record.body));
    for (const [index, part] of record.parts.entries()) {
      if (this.isErased(leaf, index)) this.found.erased += 1;
      else await this.judge(leaf, index, false, partName(part), () => this.checkPart(leaf, index, part));
    }
    for (const [index, { hash }] of record.attachments.entries())
      await this.judge(leaf, index, true, 'attachment', () => this.checkAttachment(leaf, index, hash));
  }

  /** What was found, once all leaves were taken. */
  finish(): PayloadReport {
    for (const [leaf, unsettled] of this.unsettled) this.settle(leaf, unsettled);
    this.unsettled.clear();
    return { ...this.found, faults: this.faults };
  }

  /** The gap record follows its leaf, within the same commit; what arrives later is said later. */
  private takeGap({ reason, leafPlusOne, count }: Gap): void {
    const unsettled = this.unsettled.get(leafPlusOne - 1);
    if (unsettled === undefined) return;
    if (reason === GAP_REASON.payload_missing) unsettled.declared += count;
    if (reason === GAP_REASON.payload_arrived) unsettled.declared -= count;
  }

  private async judge(
    leaf: number,
    index: number,
    isAttachment: boolean,
    name: string,
    check: () => Promise<'there' | 'absent' | 'marked'>,
  ): Promise<void> {
    try {
      const outcome = await check();
      if (outcome === 'there') this.found.parts += 1;
      else this.postpone(leaf, { index, isAttachment, name, marked: outcome === 'marked' });
    } catch (thrown) {
      if (!(thrown instanceof AffidavitError)) throw thrown;
      // A file that is larger than any of its kind was changed as well.
      const code = thrown.code === 'limit.exceeded' ? 'evidence.hash' : thrown.code;
      if (!code.startsWith('evidence.')) throw thrown;
      this.blame({ leaf, index, isAttachment, code, message: `${placeOf(leaf, index, name)}: ${thrown.message}` });
    }
  }

  private async checkPart(leaf: number, index: number, part: Part): Promise<'there' | 'absent' | 'marked'> {
    const { entries, missing } = await this.keyPage(leaf);
    const entry = entries.find((candidate) => candidate.leaf === leaf && candidate.part === index);
    if (entry === undefined)
      return missing.some((mark) => mark.leaf === leaf && mark.index === index && !mark.isAttachment)
        ? 'marked'
        : 'absent';
    const manifest = await this.reader.readManifest(entry);
    this.found.bytes += manifest.length;
    inPlace(packPath(entry.pack), () => checkManifest(manifest, part));
    for await (const chunk of this.reader.readChunks(entry, manifest)) this.found.bytes += chunk.length;
    return 'there';
  }

  /** Attachments have no entry: they lie under their hash. */
  private async checkAttachment(leaf: number, index: number, hash: Uint8Array): Promise<'there' | 'absent' | 'marked'> {
    try {
      this.found.bytes += (await this.reader.readAttachment(hash)).length;
      return 'there';
    } catch (thrown) {
      if (!(thrown instanceof AffidavitError && thrown.code === 'evidence.missing')) throw thrown;
      const { missing } = await this.keyPage(leaf);
      return missing.some((mark) => mark.leaf === leaf && mark.index === index && mark.isAttachment)
        ? 'marked'
        : 'absent';
    }
  }

  private keyPage(leaf: number): Promise<KeyPage> {
    const number = Math.floor(leaf / KEY_PAGE_LEAVES);
    if (this.page?.number !== number) this.page = { number, read: this.readKeyPage(leaf) };
    return this.page.read;
  }

  private async readKeyPage(leaf: number): Promise<KeyPage> {
    const path = keyPagePath(Math.floor(leaf / KEY_PAGE_LEAVES));
    try {
      return await this.reader.wholeKeyPage(leaf);
    } catch (thrown) {
      if (!(thrown instanceof AffidavitError && thrown.isEvidence)) throw thrown;
      throw new AffidavitError(thrown.code, `${path} is not a key page: ${thrown.message}`, { cause: thrown });
    }
  }

  private postpone(leaf: number, absent: Unsettled['absent'][number]): void {
    const there = this.unsettled.get(leaf);
    if (there !== undefined) {
      there.absent.push(absent);
      return;
    }
    if (this.unsettled.size >= MAX_UNSETTLED) this.settleUndeclared();
    this.unsettled.set(leaf, { absent: [absent], declared: 0 });
  }

  /** Their commits are long past: no gap record will explain them any more. */
  private settleUndeclared(): void {
    for (const [leaf, unsettled] of this.unsettled)
      if (unsettled.declared === 0) {
        this.settle(leaf, unsettled);
        this.unsettled.delete(leaf);
      }
    if (this.unsettled.size >= MAX_UNSETTLED)
      throw new AffidavitError(
        'limit.exceeded',
        `over ${MAX_UNSETTLED} leaves with payloads that are declared missing`,
      );
  }

  private settle(leaf: number, { absent, declared }: Unsettled): void {
    // What is marked was meant by the gap record before anything else.
    const ordered = absent.toSorted((a, b) => Number(b.marked) - Number(a.marked));
    for (const [position, { index, isAttachment, marked, name }] of ordered.entries()) {
      if (position < declared) {
        this.found.missing += 1;
        continue;
      }
      const page = keyPagePath(Math.floor(leaf / KEY_PAGE_LEAVES));
      const why = marked
        ? `${page} marks it as missing, but no gap record says so`
        : isAttachment
          ? 'its file is not there, and no gap record says so'
          : `${page} has neither an entry nor a mark for it: erased or removed`;
      const message = `${placeOf(leaf, index, name)}: ${why}`;
      this.blame({ leaf, index, isAttachment, code: 'evidence.missing', message });
    }
  }

  private blame(fault: PayloadFault): void {
    this.found.faultCount += 1;
    if (this.faults.length < MAX_LISTED_FAULTS) this.faults.push(fault);
  }
}

function partName({ name }: Part): string {
  return Object.entries(PART).find(([, number]) => number === name)?.[0] ?? `name ${name}`;
}

function placeOf(leaf: number, index: number, name: string): string {
  return name === 'attachment' ? `leaf ${leaf} attachment ${index}` : `leaf ${leaf} part ${index} (${name})`;
}
