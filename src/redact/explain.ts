import { AffidavitError } from '../record/index.ts';
import { EngineBody } from './body.ts';
import { bodyFormat, declaredUtf16, isBinaryFormat } from './content-type.ts';
import type { Engine } from './engine.ts';
import { utf16Of } from './walkers/charset.ts';
import type { Action, BodyOutcome, PartName, RedactContext } from './types.ts';

/** Most bytes of a body that is explained: all of it is held, decoded too. */
export const MAX_EXPLAINED_BYTES = 256 * 1024 * 1024;

/** One finding, as whoever tries out rules wants to see it. */
export interface ExplainedFinding {
  readonly part: PartName;
  readonly entity: string;
  /**
   * In UTF-16 code units of the decoded part; of gRPC and protobuf in bytes of its messages, each behind its prefix and
   * decompressed.
   */
  readonly start: number;
  /** The code unit after the last one. */
  readonly end: number;
  /** From 0 to 1. */
  readonly score: number;
  /** What the rule's score is without anything around that speaks for or against it. */
  readonly ownScore: number;
  /** The rule's id. */
  readonly rule: string;
  readonly action: Action;
}

/** What became of a body, and why. */
export interface Explanation {
  readonly outcome: BodyOutcome;
  /** The redacted content; empty when it was withdrawn. */
  readonly redacted: Uint8Array;
  /** In the order of the text. Empty when the body was withdrawn. */
  readonly findings: readonly ExplainedFinding[];
  /** Where the lines of the decoded part start, in UTF-16 code units. */
  readonly lineStarts: readonly number[];
}

const CHARSET_OF_BYTES = /;\s*charset\s*=\s*"?(?:iso-?8859|latin1|windows-125)/i;

/** Makes the function that turns a place in bytes of UTF-8 into one in UTF-16 code units; asked in any order. */
function utf16Places(text: string): (index: number) => number {
  const units = new Uint32Array(text.length + 1);
  let unit = 0;
  for (let i = 0; i < text.length; i += 1) {
    units[i] = unit;
    const code = text.charCodeAt(i);
    const isContinuation = code >= 0x80 && code < 0xc0;
    // The bytes of a character stand for it together: all have its place.
    if (isContinuation) units[i] = Math.max(0, unit - 1);
    else unit += code >= 0xf0 ? 2 : 1;
  }
  units[text.length] = unit;
  return (index) => units[Math.min(index, text.length)] ?? unit;
}

/**
 * Redacts a whole body and tells what was found where.
 * @throws AffidavitError `limit.exceeded` for one over {@link MAX_EXPLAINED_BYTES}
 */
export async function explainBody(engine: Engine, context: RedactContext, body: Uint8Array): Promise<Explanation> {
  if (body.length > MAX_EXPLAINED_BYTES)
    throw new AffidavitError('limit.exceeded', `a body of ${body.length} bytes: ${MAX_EXPLAINED_BYTES} is the most`);
  const redactor = new EngineBody(engine, context, new Uint8Array(32), true);
  const written = await redactor.write(body);
  const outcome = await redactor.end();
  if (outcome.state === 'withdrawn') return { outcome, redacted: new Uint8Array(0), findings: [], lineStarts: [0] };
  const text = redactor.decodedText;
  const isBytes = isBinaryFormat(bodyFormat(context)) || CHARSET_OF_BYTES.test(context.contentType ?? '');
  const utf16 = isBytes ? undefined : utf16Of(declaredUtf16(context.contentType), text.slice(0, 2));
  const place =
    utf16 !== undefined ? (index: number) => index / 2 : isBytes ? (index: number) => index : utf16Places(text);
  const findings = redactor.spans.map(({ start, end, rule, score, action }) => {
    const [from, to] = [place(start), place(end)];
    const { id, entity, score: ownScore } = rule;
    return { part: context.part, entity, start: from, end: to, score, ownScore, rule: id, action };
  });
  findings.sort((a, b) => a.start - b.start || a.end - b.end);
  const lineStarts =
    utf16 === undefined
      ? lineStartsOf(text).map(place)
      : lineStartsOf(new TextDecoder(utf16, { ignoreBOM: true }).decode(Buffer.from(text, 'latin1')));
  return { outcome, redacted: Buffer.concat([written, outcome.tail]), findings, lineStarts };
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let newline = text.indexOf('\n'); newline !== -1; newline = text.indexOf('\n', newline + 1))
    starts.push(newline + 1);
  return starts;
}
