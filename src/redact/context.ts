import type { EntityName } from './entities.ts';
import { isAgainst, isPartOfThing, startsHint, wordHints } from './words/context-words.ts';
import { MARKER_TEXT } from './markers.ts';
import { Quiet } from './quiet.ts';
import { MAX_PHRASE_WORDS, wordsOf } from './words/words.ts';

/** Entities that a name or the words around a place speak for. */
export interface Hints extends ReadonlySet<EntityName> {
  /** Those of them that it calls by their name, or a number that is nothing else. */
  readonly named?: ReadonlySet<EntityName>;
  /** Those that words right beside the place speak for. */
  readonly close?: ReadonlySet<EntityName>;
  /** Those that are called by their name right before the place, with nothing between that means anything. */
  readonly labelled?: ReadonlySet<EntityName>;
  /** What the names around say to custom rules. */
  readonly custom?: ReadonlySet<string>;
  /** True when the name says that its value is the number of something harmless. */
  readonly isHarmless?: boolean;
  /** True when the name is that of an id, in which any digits may stand. */
  readonly isId?: boolean;
}

class HintSet extends Set<EntityName> {
  readonly named = new Set<EntityName>();
  readonly close = new Set<EntityName>();
  readonly labelled = new Set<EntityName>();
}

/** Hints with what the names around say to custom rules. */
export function withCustomHints(hints: Hints = NO_HINTS, custom: ReadonlySet<string>): Hints {
  const { named, isHarmless, isId } = hints;
  const more = { ...(named && { named }), ...(isHarmless && { isHarmless }), ...(isId && { isId }) };
  return Object.assign(new Set(hints), { custom, ...more });
}

/** Nothing speaks for anything. */
export const NO_HINTS: Hints = new Set();
/** A name says that its value is the number of something harmless. */
export const HARMLESS: Hints = Object.assign(new Set<EntityName>(), { isHarmless: true });
/** The same of an id, and what is only known to be an id: it may be one of somebody. */
const HARMLESS_ID: Hints = Object.assign(new Set<EntityName>(), { isHarmless: true, isId: true });
const ANY_ID: Hints = Object.assign(new Set<EntityName>(), { isId: true });

/** So much before a value, and behind it, is looked at for words that say what it is; never beyond its line. */
export const CHARS_BEFORE = 64;
/** See {@link CHARS_BEFORE}. */
export const CHARS_BEHIND = 28;
/** What a word that speaks for an entity adds to a score, and one that speaks for something harmless takes away. */
export const CONTEXT_BONUS = 0.45;
const CONTEXT_MALUS = 0.35;
/** A word is close to what stands behind it when so few words are between them. */
const MAX_WORDS_BETWEEN = 4;

/** Adds what the words speak for, alone and put together with those beside them; those from `closeFrom` on are close. */
function addHints(words: readonly string[], hints: HintSet, closeFrom: number): void {
  for (let from = 0; from < words.length; from += 1) {
    let phrase = words[from] ?? '';
    for (let to = from; startsHint(phrase); phrase += words[to] ?? '') {
      addWord(phrase, hints, to >= closeFrom, words[to + 1]);
      to += 1;
      if (to === words.length || to === from + MAX_PHRASE_WORDS) break;
    }
  }
}

/** Adds what a word speaks for, unless the one behind it makes it a part of something else's name. */
function addWord(word: string, hints: HintSet, isClose: boolean, next?: string): boolean {
  const found = wordHints(word);
  if (found === undefined) return false;
  for (const entity of found.hints) {
    if (next !== undefined && isPartOfThing(entity, next)) continue;
    hints.add(entity);
    if (!isClose) continue;
    hints.close.add(entity);
    if (found.names.includes(entity)) hints.named.add(entity);
  }
  return true;
}

/** Fewest letters of a word that is looked for inside of a longer one: `customerphonenumber`. */
const MIN_PART_CHARS = 5;

/** Shorter ones that no other word ends with, or starts with. */
const SHORT_PART =
  /(?:cpf|cnpj|npi|ssn|bsn|tfn|dob|itin|nhs|mac|nric|nino)$|(?<=business|company|corp|corporate|employer|entity|federal|firm|merchant|org|organi[sz]ation|partner|payee|payer|supplier|tax|vendor)f?ein$|^(?:cpf|cnpj|dni|nif|bsn|tfn|ssn)/;

/** Adds what a word without capitals or separators speaks for by its end, or its start. */
function addParts(word: string, hints: HintSet): void {
  if (ABOUT_END.test(word)) return;
  const short = SHORT_PART.exec(word)?.[0];
  if (short !== undefined) addWord(short, hints, true);
  for (let length = word.length - 1; length >= MIN_PART_CHARS; length -= 1)
    if (addWord(word.slice(-length), hints, true) || addWord(word.slice(0, length), hints, true)) return;
}

/** At the end of a name they say that it is about something, and isn't that. */
const ABOUT: ReadonlySet<string> = new Set(
  (
    'type types kind model count counts status state verified valid validated confirmed enabled required format country ' +
    'label brand vendor os version app length provider carrier operator place city year age at url policy consent ' +
    'certificate order extension ext prefix lastfour last4 rank weight name size total totals queue requests build'
  ).split(' '),
);
/** How often and how large something is, and which of several: what stands behind the label of that is no number of somebody. */
const COUNTED = '(?<!ac)counts?|length|size|totals?|model(?:number|no)?|version|build|requests';
/** At the end of a label they say so; others of a name's end also mean something else in sentences: `NHS number verified: …`. */
const COUNT_END = new RegExp(`(?:${COUNTED})$`);
/** At the end of a name in one piece. */
const ABOUT_END = new RegExp(`(?:${COUNTED}|status|verified|enabled|type)$`);
/** The end of a label. */
const LABEL = /[=:]["'\\]{0,4} ?["'\\]{0,4}$/;
/** At the end of a name they make it that of a thing's number. */
const NUMBERING: ReadonlySet<string> = new Set('number no nr num ref reference code key'.split(' '));
const ID = /^(?:uu)?ids?$/;
/** A number of these kinds has no id of its own: that of its place in a database is meant. */
const WITHOUT_ID: readonly EntityName[] = ['phone', 'date_of_birth', 'card'];

/** What a name of a field speaks for; undefined when it is nothing. */
export function hintsOfName(name: string): Hints | undefined {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  const hints = new HintSet();
  if (MOMENT.test(words.join(''))) return HARMLESS;
  if (words.length > 1 && ABOUT.has(last)) return isHarmlessName(words) ? HARMLESS : undefined;
  const isId = namesId(words);
  addHints(words, hints, 0);
  const isOfCard = hints.has('card');
  for (const word of words) if (word.length > MIN_PART_CHARS && wordHints(word) === undefined) addParts(word, hints);
  if (isId || (words.length > 1 && ID.test(last)))
    for (const entity of WITHOUT_ID) {
      hints.delete(entity);
      hints.named.delete(entity);
    }
  if (hints.size > 0) return isId && !isOfCard ? Object.assign(hints, { isId }) : hints;
  const isHarmless = isHarmlessName(words);
  if (isId && !isOfCard) return isHarmless ? HARMLESS_ID : ANY_ID;
  return isHarmless && !isOfCard ? HARMLESS : undefined;
}

/** What ids are called, alone or at the end of a name, and the ends of names in one piece that are none. */
const ID_NAME =
  /^(?:(?:uu|gu|g|u|o|p|r|t|s)?ids?|identifiers?|trace|span|correlation|ref|reference|nonce|etag|cursor|seq|sequence|revision|offset|checksum|hash|digest)$/;
const ID_END = /^[a-z]{3,24}id$/;
const NO_ID_END =
  /(?:paid|valid|android|grid|void|liquid|solid|hybrid)$|^(?:fluid|rapid|acid|laid|said|maid|plaid|braid|raid|covid|humid|avid|vivid|squid|centroid|steroid|asteroid|thyroid|skid|amid)$/;

/** True for the name of an id. */
function namesId(words: readonly string[]): boolean {
  const last = words.at(-1) ?? '';
  return ID_NAME.test(last) || (ID_END.test(last) && !NO_ID_END.test(last));
}

/** Single words that say so: others may be the name of a part (`serial`), or that of a whole with people in it (`order`). */
const HARMLESS_NAME =
  /^(?:timestamp|epoch|ean|upc|isbn|issn|gtin|sku|imei|iccid|barcode|[a-z]{0,12}version|build|release|revision|reference|referenz|referencia|riferimento|versionsnummer|firmware|(?:order|invoice|tracking|shipment|ticket|batch|case|item|product|part|serial|build|transaction)(?:number|no|nr|id|ref|reference|code)|bestellnummer|rechnungsnummer|vorgangsnummer|artikelnummer|seriennummer|sendungsnummer)$/;
/** When something was done: of whatever it stands in, that is no date of somebody and no number. */
const MOMENT =
  /^(?:is|date|time|when|last)?(?:created|creation|updated?|modified|modification|changed?|seen|synced|refreshed|verified|checked|published|deleted|archived|registered|expires|expiry|expiration|exp|iat|nbf)(?:at|on|date|time|ts|timestamp|utc|ms|epoch)?$/;

/** True when a name of a field says that its value is a number of something harmless: an order, a version, a time. */
function isHarmlessName(words: readonly string[]): boolean {
  const last = words.at(-1) ?? '';
  if (words.length < 2) return HARMLESS_NAME.test(last);
  return isAgainst(last) || ID.test(last) || (NUMBERING.has(last) && words.some(isAgainst));
}

/** Where the line starts that `from` stands in; `least` when it is longer. */
function startOfLine(text: string, from: number, least: number): number {
  let start = from;
  const first = Math.max(0, least);
  while (start > first && text.charCodeAt(start - 1) !== 10) start -= 1;
  return start;
}

/** Where the line ends that `from` stands in; `most` when it is longer. */
function endOfLine(text: string, from: number, most: number): number {
  let end = from;
  const last = Math.min(most, text.length);
  while (end < last && text.charCodeAt(end) !== 10) end += 1;
  return end;
}

const MARKER = new RegExp(MARKER_TEXT, 'g');
const MARKER_START = '[redacted:';
/** The longest marker: so much more is looked at, so that none is taken for words. */
const MAX_MARKER_CHARS = 90;
/**
 * What stands for a marker among words: what was there may have spoken against what stands behind it, so that nothing is
 * found there that wasn't before. No word of any language, so that nobody writes it by chance.
 */
const REPLACED = 'qmarkerq';
const PLACEHOLDER = ` 0000 ${REPLACED} `;
/** The label of what comes next, or the start of another sentence. */
const NEXT_LABEL = /[.;!?|]\s|(?<=[\s,;&|("'])[\w\x80-\uffff-]{1,24}(?: ?[=:]|["']:)/;
/** A label on a line of its own belongs to the next line. */
const LABEL_END = /[=:]\r?\n[ \t]{0,16}$/;
const MAX_LABEL_GAP_CHARS = 20;

const CONNECTIVES = ' and or und oder et ou y e o i ';

function isConnective(word: string): boolean {
  return CONNECTIVES.includes(` ${word} `);
}

/** Tags of HTML that stand between a label and its value. */
const TAG = /<\/?(?:span|strong|b|i|em|td|th|tr|p|div|dt|dd|li|label|br|small)(?:[ \t/][^<>]{0,60})?>/gi;

function isNumber(word: string): boolean {
  return word.charCodeAt(0) >= 48 && word.charCodeAt(0) <= 57;
}

/** A number, also of one that is written in groups. */
function endsLongNumber(word: string, index: number, words: readonly string[]): boolean {
  return isNumber(word) && (word.length >= 4 || (index > 0 && isNumber(words[index - 1] ?? '')));
}

/** So much before a place is looked at, markers included. */
const SIGHT_BEFORE = CHARS_BEFORE + MAX_MARKER_CHARS;

/** Tells for places in one text what the words around them, and the name that the text stands under, speak for. */
export class Surroundings {
  readonly #text: string;
  readonly #hints: Hints;
  #start = -1;
  #near: Hints = NO_HINTS;
  #isAgainst = false;
  /** The last word before a place, and the last that isn't only there to link. */
  #label = '';
  #thing = '';
  readonly #quiet = new Quiet(SIGHT_BEFORE, CHARS_BEHIND);

  constructor(text: string, hints: Hints = NO_HINTS) {
    this.#text = text;
    this.#hints = hints;
  }

  /** True when the name of the field, or a label right before a place, is that of an id, or of a number of something harmless. */
  isUnderId(start: number, end: number): boolean {
    if (this.#hints.isId === true || this.isHarmless(start, end)) return true;
    return ID_NAME.test(this.#label);
  }

  /** True when the name of the field, or a label right before a place, says that it is a number of something harmless. */
  isHarmless(start: number, end: number): boolean {
    if (this.#hints.isHarmless === true) return true;
    this.#look(start, end);
    return isAgainst(this.#thing);
  }

  /** True when something speaks for the entity at a place. */
  speaksFor(entity: EntityName, start: number, end: number): boolean {
    if (this.#hints.has(entity)) return true;
    this.#look(start, end);
    return this.#near.has(entity);
  }

  /** True when the field, or the words right before a place, call the entity by its name. */
  names(entity: EntityName, start: number, end: number): boolean {
    if (this.#hints.named?.has(entity) === true) return true;
    this.#look(start, end);
    return this.#near.named?.has(entity) === true;
  }

  /** True when the field, or a label right before a place, calls the entity by its name. */
  labels(entity: EntityName, start: number, end: number): boolean {
    if (this.#hints.named?.has(entity) === true) return true;
    this.#look(start, end);
    return this.#near.labelled?.has(entity) === true;
  }

  /** True when words right before a place speak for the entity, and nothing speaks against it. */
  closelySpeaksFor(entity: EntityName, start: number, end: number): boolean {
    this.#look(start, end);
    return !this.#isAgainst && (this.#hints.has(entity) || this.#near.close?.has(entity) === true);
  }

  /** `base`, raised by what speaks for the entity at a place, or lowered by what speaks for something harmless. */
  score(entity: EntityName, base: number, start: number, end: number): number {
    if (this.speaksFor(entity, start, end)) return Math.min(1, base + CONTEXT_BONUS);
    return this.scoreAlone(base, start, end);
  }

  /** `base`, lowered by what speaks for something harmless at a place. */
  scoreAlone(base: number, start: number, end: number): number {
    this.#look(start, end);
    return this.#isAgainst ? base - CONTEXT_MALUS : base;
  }

  /** The words of the line before a place, without those in front of a marker. */
  before(start: number): string {
    const raw = this.#rawBefore(start);
    return raw.slice(raw.lastIndexOf(PLACEHOLDER) + 1).slice(-CHARS_BEFORE);
  }

  #rawBefore(start: number): string {
    const text = this.#text;
    const least = start - SIGHT_BEFORE;
    let from = startOfLine(text, start, least);
    if (start - from <= MAX_LABEL_GAP_CHARS && from > 0 && LABEL_END.test(text.slice(Math.max(0, from - 3), start)))
      from = startOfLine(text, from - 1, least);
    const line = text.slice(from, start);
    const raw = line.includes('</') ? line.replace(TAG, ' ') : line;
    return raw.includes('redacted:') ? raw.replace(MARKER, PLACEHOLDER) : raw.slice(-CHARS_BEFORE);
  }

  #behind(end: number): string {
    const line = this.#text.slice(end, endOfLine(this.#text, end, end + CHARS_BEHIND));
    const marker = line.indexOf(MARKER_START);
    const behind = marker === -1 ? line : line.slice(0, marker);
    const label = NEXT_LABEL.exec(behind);
    return label === null ? behind : behind.slice(0, label.index);
  }

  /** The words before a place and behind it, as far as they are looked at; none from beyond a marker. */
  wordsNear(start: number, end: number): readonly [before: string[], behind: string[]] {
    return [wordsOf(this.before(start)), wordsOf(this.#behind(end))];
  }

  #look(start: number, end: number): void {
    if (this.#start === start) return;
    this.#start = start;
    this.#near = NO_HINTS;
    this.#isAgainst = this.#hints.isHarmless === true;
    this.#label = this.#thing = '';
    // Digits and signs alone speak for nothing.
    if (this.#quiet.isAround(this.#text, start, end)) return;
    const raw = this.#rawBefore(start);
    const behind = this.#behind(end);
    if (raw !== '' || behind !== '') this.#addWords(raw, behind);
  }

  #addWords(raw: string, behind: string): void {
    const cut = raw.lastIndexOf(PLACEHOLDER);
    const words = wordsOf(cut === -1 ? raw : raw.slice(cut + 1).slice(-CHARS_BEFORE));
    const start = clauseStart(raw);
    const all = cut === -1 ? words : wordsOf(raw);
    const clause = start === 0 ? all : wordsOf(raw.slice(start));
    // A number in front of a comma says nothing of what stands behind.
    const closest = (clause.length > 0 ? clause : all).slice(-3);
    for (const word of closest) this.#isAgainst ||= word === REPLACED || isAgainst(word);
    this.#label = closest.at(-1) ?? '';
    this.#thing = closest.findLast((word) => !NUMBERING_WORD.test(word)) ?? '';
    const isCount = clause.length > 1 && COUNT_END.test(this.#label) && LABEL.test(raw);
    this.#isAgainst ||= isCount;
    const hints = isCount ? new HintSet() : hintsOf(words);
    if (start > 0 && clause.length > 0 && clause.length < words.length) this.#narrow(hints, hintsOf(clause));
    if (behind !== '') addHints(wordsOf(behind), hints, Infinity);
    this.#near = hints;
  }

  /** Leaves of hints what the words say that belong to a place alone: they say it more clearly than others before them. */
  #narrow(hints: HintSet, own: HintSet): void {
    if (own.size === 0 && !this.#isAgainst) return;
    for (const entity of hints) {
      if (!own.close.has(entity)) hints.close.delete(entity);
      if (!own.named.has(entity)) hints.named.delete(entity);
      if (this.#isAgainst && !own.has(entity)) hints.delete(entity);
    }
  }
}

/** What stands between a text and what belongs to something else: another field, another part of the sentence. */
const BORDER = /[,;&|{}\n](?=\s|["'\\&]|[\w\x80-\uffff.-]{1,48}["']?[:=])|(?<=[a-z\x80-\uffff)]{4}[.!?]) /g;

/** Where the words start that belong to what stands behind them alone. */
function clauseStart(raw: string): number {
  let start = 0;
  BORDER.lastIndex = 0;
  for (let match = BORDER.exec(raw); match !== null; match = BORDER.exec(raw)) start = BORDER.lastIndex;
  return start;
}

/** Words behind the name of a thing that make it the label of its number. */
const NUMBERING_WORD = /^(?:numbers?|nos?|num|nr|nro|nummer|numero|n|ids?|is|was|ist|code)$/;

/** Words between the name of a number and the number that change nothing. */
const LINKS: ReadonlySet<string> = new Set(
  (
    'is was are has being number numbers no nos num nr nro nummer numero n id ids card value the of for on file my your his her ' +
    'their ist lautet war est es e a ha sob o and or und'
  ).split(' '),
);

/** What the words before a place speak for. */
function hintsOf(words: readonly string[]): HintSet {
  const last = words.findLastIndex(endsLongNumber);
  // What stands before another number belongs to that one, unless they are a list.
  const own = last === -1 || words.slice(last + 1).every(isConnective) ? words : words.slice(last + 1);
  const hints = new HintSet();
  addHints(own, hints, own.length - 1 - MAX_WORDS_BETWEEN);
  const nearest = own.at(-1) ?? '';
  if (nearest.length > MIN_PART_CHARS && wordHints(nearest) === undefined) addParts(nearest, hints);
  const label = new HintSet();
  const labelEnd = own.findLastIndex((word) => !LINKS.has(word));
  addHints(own, label, labelEnd);
  for (const entity of label.named) hints.labelled.add(entity);
  return hints;
}
