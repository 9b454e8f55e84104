import { RE2JS, RE2JSException } from 're2js';
import { LOOK_AHEAD_CHARS, LOOK_BEHIND_CHARS } from '../detectors/index.ts';
import { MIN_DIGITS, TRAIT, traitsOf } from '../traits/traits.ts';

/** Longest pattern that is taken, in characters. */
export const MAX_PATTERN_CHARS = 4096;
/** Most instructions of a compiled pattern: beyond it each character of a text costs too much. */
const MAX_PROGRAM_SIZE = 10_000;
/** Most bytes of a match: long lines are searched in windows, in which all of it has to be in view. */
export const MAX_MATCH_BYTES = LOOK_AHEAD_CHARS - 1;
/** Most bytes of a match before its group `value`. */
export const MAX_BEFORE_VALUE_BYTES = LOOK_BEHIND_CHARS - 1;
/** The group that, where a pattern has it, is what was found: the rest of the match only has to be there. */
const VALUE_GROUP = 'value';

/** A pattern that runs in linear time, and whose matches are bounded. */
export interface BoundedPattern {
  readonly regex: RE2JS;
  /** The number of the group that is what was found; 0 for all of the match. */
  readonly group: number;
  /** The least UTF-16 code units of a match. */
  readonly minChars: number;
  /** {@link TRAIT}s that every text with a match has. */
  readonly needs: number;
  /** What every match starts with; empty when that isn't known. */
  readonly prefix: string;
}

/** Says why a pattern is refused, in words for who wrote it. */
export class PatternRefused extends Error {
  override readonly name = 'PatternRefused';
}

/** An instruction of re2js's program. `out` and `arg` are numbers of further ones. */
interface Instruction {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  readonly runes: ArrayLike<number>;
}

interface Program {
  readonly inst: readonly Instruction[];
  readonly start: number;
}

/** Operations of re2js's program (RE2's). */
const OP = { alt: 1, altMatch: 2, capture: 3, emptyWidth: 4, fail: 5, match: 6, nop: 7, rune: 8, anyNotNewline: 11 };
const FOLDS_CASE = 1;

function isRune({ op }: Instruction): boolean {
  return op >= OP.rune && op <= OP.anyNotNewline;
}

/** Bytes of the longest character in UTF-8 that an instruction takes. */
function maxBytes({ op, arg, runes }: Instruction): number {
  if (op > OP.rune + 1) return 4;
  const last = runes[runes.length - 1] ?? 0;
  // Letters of other alphabets fold to ASCII: the Kelvin sign to `k`.
  const most = runes.length === 1 && (arg & FOLDS_CASE) !== 0 ? Math.max(last, 0x212a) : last;
  if (most < 0x80) return 1;
  if (most < 0x800) return 2;
  return most < 0x10000 ? 3 : 4;
}

function targets({ op, out, arg }: Instruction): readonly number[] {
  if (op === OP.match || op === OP.fail) return [];
  return op === OP.alt || op === OP.altMatch ? [out, arg] : [out];
}

/** The instructions in an order in which each comes after all that lead to it; undefined when some lead back. */
function inOrder(program: Program): readonly number[] | undefined {
  const state = new Uint8Array(program.inst.length);
  const ordered: number[] = [];
  const stack = [{ pc: program.start, next: 0 }];
  state[program.start] = 1;
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const instruction = program.inst[top.pc];
    const to = instruction && targets(instruction)[top.next];
    top.next += 1;
    if (to === undefined) {
      state[top.pc] = 2;
      ordered.push(top.pc);
      stack.pop();
    } else if (state[to] === 1) return undefined;
    else if (state[to] === 0) {
      state[to] = 1;
      stack.push({ pc: to, next: 0 });
    }
  }
  return ordered.reverse();
}

/** The traits that each character has which an instruction takes. */
function traitsOfRune({ op, arg, runes }: Instruction): number {
  if (op > OP.rune + 1 || (arg & FOLDS_CASE) !== 0 || (runes[runes.length - 1] ?? 0x80) >= 0x80) return 0;
  let traits = ~0;
  for (let i = 0; i < runes.length; i += 2)
    for (let code = runes[i] ?? 0; code <= (runes[i + 1] ?? runes[i] ?? 0); code += 1)
      traits &= traitsOf(String.fromCharCode(code));
  return traits;
}

/** What may have been matched before each instruction. */
interface Widths {
  /** Most bytes in UTF-8. */
  readonly most: Int32Array;
  /** Least characters. */
  readonly least: Int32Array;
  /** Traits of what was matched, whichever way led there. */
  readonly needs: Int32Array;
  /** Least digits. */
  readonly digits: Int32Array;
}

function widthsOf(program: Program, ordered: readonly number[]): Widths {
  const most = new Int32Array(program.inst.length).fill(-1);
  const least = new Int32Array(program.inst.length).fill(0x7fffffff);
  const digits = least.slice();
  const needs = new Int32Array(program.inst.length).fill(~0);
  for (const each of [most, least, digits, needs]) each[program.start] = 0;
  for (const pc of ordered) {
    const instruction = program.inst[pc];
    if (instruction === undefined) continue;
    const [bytes, chars] = isRune(instruction) ? [maxBytes(instruction), 1] : [0, 0];
    const traits = isRune(instruction) ? traitsOfRune(instruction) : 0;
    const digit = (traits & TRAIT.digit) === 0 ? 0 : 1;
    for (const to of targets(instruction)) {
      needs[to] = (needs[to] ?? 0) & ((needs[pc] ?? 0) | traits);
      digits[to] = Math.min(digits[to] ?? 0, (digits[pc] ?? 0) + digit);
      most[to] = Math.max(most[to] ?? 0, (most[pc] ?? 0) + bytes);
      least[to] = Math.min(least[to] ?? 0, (least[pc] ?? 0) + chars);
    }
  }
  return { most, least, needs, digits };
}

/** What every match starts with, in so far as it is spelled out. */
function prefixOf({ inst, start }: Program): string {
  let prefix = '';
  let at = inst[start];
  while (at !== undefined) {
    if (isRune(at)) {
      if (at.runes.length !== 1 || (at.arg & FOLDS_CASE) !== 0) return prefix;
      prefix += String.fromCodePoint(at.runes[0] ?? 0);
    } else if (at.op !== OP.capture && at.op !== OP.nop && at.op !== OP.emptyWidth) return prefix;
    at = inst[at.out];
  }
  return prefix;
}

function compiled(pattern: string, ignoreCase: boolean): RE2JS {
  try {
    return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (thrown) {
    if (!(thrown instanceof RE2JSException)) throw thrown;
    const reason = thrown.message.replace(/^error parsing regexp: /, '');
    const isPerl = /Perl syntax|escape sequence: `\\\d|named capture: `\(\?<[!=]/.test(reason);
    const why = isPerl ? ': look-around and back-references take more than linear time' : '';
    throw new PatternRefused(`${reason}${why}`, { cause: thrown });
  }
}

/** Most bytes before any way into a group. */
function mostBefore({ inst }: Program, { most }: Widths, group: number): number {
  const starts = inst.flatMap(({ op, arg }, pc) => (op === OP.capture && arg === 2 * group ? [most[pc] ?? 0] : []));
  return Math.max(0, ...starts);
}

/**
 * Compiles a pattern (RE2 syntax).
 * @throws PatternRefused for one that isn't linear, isn't bounded, or may match nothing at all
 */
export function compilePattern(pattern: string, ignoreCase: boolean): BoundedPattern {
  if (pattern.length > MAX_PATTERN_CHARS)
    throw new PatternRefused(`it has ${pattern.length} characters: ${MAX_PATTERN_CHARS} are the most`);
  const regex = compiled(pattern, ignoreCase);
  const size = regex.programSize();
  if (size > MAX_PROGRAM_SIZE)
    throw new PatternRefused(`it compiles to ${size} instructions: ${MAX_PROGRAM_SIZE} are the most`);
  const program = regex.re2().prog as Program;
  const ordered = inOrder(program);
  if (ordered === undefined)
    throw new PatternRefused('it has no longest match: write {1,64} in the place of +, {0,64} in the place of *');
  const widths = widthsOf(program, ordered);
  const ends = program.inst.flatMap(({ op }, pc) => (op === OP.match ? [pc] : []));
  const most = Math.max(0, ...ends.map((pc) => widths.most[pc] ?? 0));
  if (most > MAX_MATCH_BYTES)
    throw new PatternRefused(`its longest match has ${most} bytes in UTF-8: ${MAX_MATCH_BYTES} are the most`);
  const minChars = Math.min(...ends.map((pc) => widths.least[pc] ?? 0));
  if (minChars === 0) throw new PatternRefused('it matches the empty text');
  const group = regex.namedGroups()[VALUE_GROUP] ?? 0;
  const before = mostBefore(program, widths, group);
  if (group > 0 && before > MAX_BEFORE_VALUE_BYTES)
    throw new PatternRefused(
      `up to ${before} bytes stand before its group ${VALUE_GROUP}: ${MAX_BEFORE_VALUE_BYTES} are the most`,
    );
  const minDigits = Math.min(...ends.map((pc) => widths.digits[pc] ?? 0));
  const needs = ends.reduce((all, pc) => all & (widths.needs[pc] ?? 0), ~0);
  return {
    regex,
    group,
    minChars,
    needs: minDigits >= MIN_DIGITS ? needs | TRAIT.digits : needs,
    prefix: prefixOf(program),
  };
}
