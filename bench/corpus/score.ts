/**
 * Scores findings against labels.
 *
 * - A label is **found** when findings of a fitting name cover at least 80 % of it. What doesn't count: punctuation and
 *   quotes at its ends, and an authentication scheme's word in front (`Bearer x`). Of a JSON Web Token only the signature
 *   counts, since its claims are looked through one by one and a token without its signature opens nothing; of an
 *   unsigned one, all of it. Of a label within base64 any finding counts, whatever its name, because what's inside may
 *   be redacted as a whole.
 * - A name **fits** when it's the label's own; when both name a secret (credential, token, key, connection string, …); or
 *   when both name a number that an authority gave to somebody (SSN, NINO, passport, …), card code and PIN likewise.
 * - A finding is a **false alarm** when it shares no character with any label. Optional labels count here: what may be
 *   found is no false alarm, but nobody asks for it.
 * - A finding is a **wrong name** when all labels that it meets are of another name, except among secrets, and no finding
 *   that is named right covers the same label (a host in a connection string that is found as a whole is by-catch: it
 *   changes nothing).
 * - Recall of an entity = labels found / labels. Precision = right findings / (right + false alarms + wrong names), of
 *   the findings under its name.
 */
import { ENTITIES, IDENTITY_NUMBERS, SECRETS } from './entities.ts';
import type { Finding, Found } from './engine.ts';
import type { Label, LabelledBody } from './body.ts';

/** Share of a label's characters that findings must cover. */
const COVERAGE = 0.8;
const CARD_NUMBERS: ReadonlySet<string> = new Set(['card_code', 'pin']);
const SCHEME = /^(?:bearer|basic|digest|token|apikey|negotiate|ssws) {1,4}/i;

/** Counts of one entity. `negatives` are the look-alikes made for it, `alarmed` those that any false alarm meets. */
export interface Tally {
  positives: number;
  found: number;
  negatives: number;
  alarmed: number;
  right: number;
  falseAlarms: number;
  wrongNames: number;
}

/** A label that wasn't found, a false alarm or a wrong name, with its body. */
export interface Miss {
  readonly kind: 'missed' | 'false alarm' | 'wrong name';
  readonly entity: string;
  readonly start: number;
  readonly end: number;
  readonly body: LabelledBody;
}

/** What came out for one corpus: by entity, by media type and by the way in which bodies were made. */
export interface Score {
  readonly byEntity: ReadonlyMap<string, Tally>;
  readonly byType: ReadonlyMap<string, Tally>;
  readonly byFormat: ReadonlyMap<string, Tally>;
  readonly byStyle: ReadonlyMap<string, Tally>;
  /** Bodies of which the engine kept nothing, by its reason: their labels count as not found. */
  readonly withdrawn: ReadonlyMap<string, number>;
  readonly misses: readonly Miss[];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function emptyTally(): Tally {
  return { positives: 0, found: 0, negatives: 0, alarmed: 0, right: 0, falseAlarms: 0, wrongNames: 0 };
}

function meets(left: Span, right: Span): boolean {
  return left.start < right.end && right.start < left.end;
}

function bothIn(names: ReadonlySet<string>, left: string, right: string): boolean {
  return names.has(left) && names.has(right);
}

/** Whether a finding named `name` counts for `label`. */
function fits(name: string, label: Label): boolean {
  return (
    label.isEncoded ||
    name === label.entity ||
    [SECRETS, IDENTITY_NUMBERS, CARD_NUMBERS].some((family) => bothIn(family, name, label.entity))
  );
}

/** Whether a finding named `name` is named right at `label`. */
function isRight(name: string, label: Label): boolean {
  return label.isEncoded || name === label.entity || bothIn(SECRETS, name, label.entity);
}

/** The part of `label` that has to be covered. */
export function essence({ entity, start, value, isEncoded }: Label): Span {
  const signature = value.lastIndexOf('.') + 1;
  if (entity === 'jwt' && !isEncoded && signature > 0 && signature < value.length)
    return { start: start + signature, end: start + value.length };
  if (isEncoded) return { start, end: start + value.replace(/=+$/, '').length };
  let first = SCHEME.exec(value)?.[0].length ?? 0;
  let last = value.length;
  const isPart = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);
  while (first < last && !isPart(value.charAt(first))) first++;
  while (last > first && !isPart(value.charAt(last - 1))) last--;
  return first === last ? { start, end: start + value.length } : { start: start + first, end: start + last };
}

/** How many characters of `span` the findings cover, each counted once. */
function covered(span: Span, findings: readonly Span[]): number {
  let count = 0;
  let reached = span.start;
  for (const { start, end } of [...findings].sort((left, right) => left.start - right.start)) {
    const [from, to] = [Math.max(start, reached), Math.min(end, span.end)];
    if (to <= from) continue;
    count += to - from;
    reached = to;
  }
  return count;
}

/** Whether `label` is found by `findings`. */
export function isFound(label: Label, findings: readonly Finding[]): boolean {
  const span = essence(label);
  const fitting = findings.filter((finding) => fits(finding.entity, label));
  return covered(span, fitting) >= COVERAGE * (span.end - span.start);
}

type Verdict = 'right' | 'by-catch' | 'wrong name' | 'false alarm';

/** What `finding` is, seen against all labels of its body and the other findings. */
function judge(finding: Finding, body: LabelledBody, findings: readonly Finding[]): Verdict {
  const met = body.labels.filter((label) => meets(label, finding));
  if (met.some((label) => isRight(finding.entity, label))) return 'right';
  const mayBe = body.optional.filter((label) => meets(label, finding));
  if (mayBe.length > 0) return 'by-catch';
  if (met.length === 0) return 'false alarm';
  const isNamed = met.some((label) => findings.some((other) => meets(label, other) && isRight(other.entity, label)));
  return isNamed ? 'by-catch' : 'wrong name';
}

/** Adds up scores body by body. */
export class Scorer {
  readonly #byEntity = new Map<string, Tally>(ENTITIES.map((entity) => [entity, emptyTally()]));
  readonly #byType = new Map<string, Tally>();
  readonly #byFormat = new Map<string, Tally>();
  readonly #byStyle = new Map<string, Tally>();
  readonly #withdrawn = new Map<string, number>();
  readonly #misses: Miss[] = [];

  /** Counts what the engine found in `body`. */
  add(body: LabelledBody, { findings, withdrawn }: Found): void {
    if (withdrawn !== undefined) this.#withdrawn.set(withdrawn, (this.#withdrawn.get(withdrawn) ?? 0) + 1);
    for (const label of body.labels) {
      const tallies = this.#tallies(label.entity, body);
      for (const tally of tallies) tally.positives++;
      if (isFound(label, findings)) for (const tally of tallies) tally.found++;
      else this.#misses.push({ kind: 'missed', entity: label.entity, start: label.start, end: label.end, body });
    }
    const alarms = this.#judgeAll(body, findings);
    for (const label of body.negatives) {
      const tallies = this.#tallies(label.entity, body);
      const isAlarmed = alarms.some((alarm) => meets(label, alarm));
      for (const tally of tallies) tally.negatives++;
      if (isAlarmed) for (const tally of tallies) tally.alarmed++;
    }
  }

  /** What came out so far. */
  get score(): Score {
    return {
      byEntity: this.#byEntity,
      byType: this.#byType,
      byFormat: this.#byFormat,
      byStyle: this.#byStyle,
      withdrawn: this.#withdrawn,
      misses: this.#misses,
    };
  }

  #judgeAll(body: LabelledBody, findings: readonly Finding[]): Finding[] {
    const alarms: Finding[] = [];
    for (const finding of findings) {
      const verdict = judge(finding, body, findings);
      if (verdict === 'by-catch') continue;
      for (const tally of this.#tallies(finding.entity, body)) {
        if (verdict === 'right') tally.right++;
        else if (verdict === 'false alarm') tally.falseAlarms++;
        else tally.wrongNames++;
      }
      if (verdict === 'right') continue;
      if (verdict === 'false alarm') alarms.push(finding);
      this.#misses.push({ kind: verdict, entity: finding.entity, start: finding.start, end: finding.end, body });
    }
    return alarms;
  }

  /** All counts that something in `body` under the name of `entity` goes into. */
  #tallies(entity: string, { contentType, format, style, wire }: LabelledBody): Tally[] {
    const mediaType = wire?.upgrade ?? (contentType.split(';')[0] ?? '').trim();
    return [
      tallyOf(this.#byEntity, entity),
      tallyOf(this.#byType, mediaType),
      tallyOf(this.#byFormat, format),
      tallyOf(this.#byStyle, style),
    ];
  }
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const tally = tallies.get(name) ?? emptyTally();
  tallies.set(name, tally);
  return tally;
}

/** Share of the labels that were found; undefined when there are none. */
export function recallOf({ found, positives }: Tally): number | undefined {
  return positives === 0 ? undefined : found / positives;
}

/** Share of the findings that are right; undefined when there are none. */
export function precisionOf({ right, falseAlarms, wrongNames }: Tally): number | undefined {
  const all = right + falseAlarms + wrongNames;
  return all === 0 ? undefined : right / all;
}
