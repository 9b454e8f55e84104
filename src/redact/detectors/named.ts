import type { Finding } from '../findings.ts';
import { startsWithMarker } from '../markers.ts';
import { type ClassifyKey, type KeyRule, NEVER, ruleApplies } from '../words/key-rule.ts';

const [AND, PLUS, COLON, LESS, EQUALS] = [38, 43, 58, 60, 61];
const MAX_NAME_CHARS = 64;
const NAME_CHAR = /[A-Za-z0-9_.$-]/;
const isNameCode: readonly boolean[] = Array.from({ length: 128 }, (_, c) => NAME_CHAR.test(String.fromCharCode(c)));

/** How far a value goes, by what stands around it. */
const PLAIN_REST = /[^\s&;,"'<>]*/y;
/** The same of one that starts with the sign that parts the fields of a query, … */
const AMPERSAND_REST = /&?[^\s&;,"'<>]*/y;
/** … where no other field starts with it; with a digit in it, since the address of a variable is written like it. */
const AMPERSAND = /&(?=[^\s]{0,128}\d)[^\s&;,"'<>=]{1,128}(?![^\s,"'<>])/y;
/** Of connection strings, whose fields semicolons part: blanks are of the value, and quotation marks within words. */
const SETTING_REST = /(?:[^\s;"'<>]|["'<>](?<=\w["'<>])(?=\w)|[ \t](?![ \t]{0,8}[\w.-]{1,32}[=:]))*/y;
const SETTING_END = /[^;\r\n]*/y;
const DOUBLE_QUOTED_REST = /[^"\\\r\n]*(?:\\[^\r\n]?[^"\\\r\n]*)*/y;
const SINGLE_QUOTED_REST = /[^'\\\r\n]*(?:\\[^\r\n]?[^'\\\r\n]*)*/y;
const ESCAPED_QUOTED_REST = /[^"\\\r\n]*(?:\\[^"\r\n][^"\\\r\n]*)*/y;
const LINE_REST = /[^"'<\r\n]*/y;
const ELEMENT_REST = /[^<\r\n]*/y;
const CDATA_REST = /[^\]\r\n]*/y;

/** Cookies with their attributes (RFC 6265, 4); what else stands in the line is text around them. */
const COOKIE = '[\\w!#$%&*+.^`|~-]{1,128}=(?:"[^"\\r\\n]*"|[^\\s;,"\'<]*)';
const COOKIES = new RegExp(
  `${COOKIE}(?:[;,][ \\t]{0,2}(?:expires=[^;\\r\\n"'<]{0,40}GMT|${COOKIE}|(?:secure|httponly|partitioned)(?!\\w)))*|[^\\s"'<]*`,
  'iy',
);
/** A scheme and its token or parameters (RFC 9110, 11.4); of one that nobody knows what looks like a token. */
const PARAMETER = '[A-Za-z][\\w-]{0,30}=(?:\\\\?"[^"\\r\\n]*"|[^\\s,"\'<]*)';
const CREDENTIALS = new RegExp(
  '(?:(?:basic|bearer|digest|dpop|gnap|hoba|mutual|negotiate|ntlm|oauth|privatetoken|scram-sha-\\d{1,3}|vapid|concealed|token|' +
    'apikey|hmac|hawk|signature|aws4-hmac-sha256|sharedkey(?:lite)?|sharedaccesssignature)[ \\t]{1,4}|' +
    '[A-Za-z][\\w.-]{1,30}[ \\t]{1,2}(?=(?=\\S{8})[^\\s"\'<>]{0,256}\\d|[^\\s"\'<>]{1,512}[ \\t]{0,8}(?:[\\r\\n]|$)))?' +
    `(?:${PARAMETER}(?:[,;]?[ \\t]{0,3}${PARAMETER})*|[^\\s"'<]*)`,
  'iy',
);
const LINES = { cookies: COOKIES, credentials: CREDENTIALS, whole: LINE_REST } as const;

/** The indicators of a block scalar, whose value are the lines behind (YAML 1.2.2, 8.1), and a comment. */
export const BLOCK_START = '[|>](?:[-+]?[1-9]?|[1-9][-+])(?:[ \\t]{1,8}#[^\\r\\n]*)?[ \\t]{0,8}\\r?';
/** What stands in the place of a value in prose and code. */
const NO_VALUE = new RegExp(
  `^(?:(?:null|nil|none|true|false|yes|no|undefined|required|invalid|missing|expired|optional|\\*+)[).,\\]]{0,2}|${BLOCK_START})$`,
  'i',
);
/** True for words and signs in the place of a value. */
export function isNoValue(value: string): boolean {
  return NO_VALUE.test(value);
}

/** So much of a value is looked at to judge it. */
const VALUE_HEAD_CHARS = 512;

/** The name of such a field, with the end of the one before, … */
const SETTING = /;[ ]?[A-Za-z][A-Za-z _-]{1,30}$/;
/** … and such a value in front of another field. */
const SETTING_BEFORE = new RegExp(
  '[^;"\'<>\\r\\n=]{1,128};[ ]?(?:data[ ]?source|server|host(?:name)?|addr(?:ess)?|network address|database|db|initial catalog|user(?:[ _]?(?:id|name))?|uid|port|encrypt|' +
    'trust[ ]?server[ ]?certificate|integrated security|persist security info|pooling|provider|driver|charset|ssl[ ]?mode|timeout|connect(?:ion)?[ ]?timeout|' +
    'multiple[ ]?active[ ]?result[ ]?sets|application name|app|max pool size|min pool size|service name|protocol)[ ]?=',
  'iy',
);

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function isQuote(code: number): boolean {
  return code === 34 || code === 39;
}

/** Letters that aren't ASCII are bytes, or units, of their own. */
function isNameAt(code: number): boolean {
  return code >= 0x80 || isNameCode[code] === true;
}

/** The identifier that ends before `separator`: bare, quoted (`"name":`, `\"name\":`) or an index (`a[name]=`). */
function nameBefore(text: string, separator: number): string {
  let end = separator;
  for (let spaces = 0; spaces < 2 && text.charCodeAt(end - 1) === 32; spaces += 1) end -= 1;
  const isIndex = text.charCodeAt(end - 1) === 93;
  if (isIndex) end -= 1;
  if (isQuote(text.charCodeAt(end - 1))) end -= 1;
  if (text.charCodeAt(end - 1) === 92) end -= 1;
  let start = end;
  const least = Math.max(0, end - MAX_NAME_CHARS);
  while (start > least && isNameAt(text.charCodeAt(start - 1))) start -= 1;
  const before = text.charCodeAt(start - 1);
  return isIndex && before !== 91 && !isQuote(before) ? '' : text.slice(start, end);
}

const MIN_NUMBERING_CHARS = 2;
const MAX_NUMBERING_CHARS = 8;
const NUMBERING = /^(?:codes?|numbers?|num|no|nr|ids?|value|digits)\.?$/i;

function isNumbering(name: string): boolean {
  return name.length >= MIN_NUMBERING_CHARS && name.length <= MAX_NUMBERING_CHARS && NUMBERING.test(name);
}

/** The last words of a text, three at most. */
const PHRASE = /([\w.-]{1,24}(?: {1,2}[\w.-]{1,24}){0,2}) {0,2}[#*)]? {0,2}$/;
/** So much before a separator is looked at for them. */
const PHRASE_CHARS = 80;

/** A name as a label has it: of several words, or marked (`Card security code:`, `CVV#:`, `(CVV):`). */
function phraseBefore(text: string, separator: number, name: string): string | undefined {
  let end = separator;
  for (let spaces = 0; spaces < 2 && text.charCodeAt(end - 1) === 32; spaces += 1) end -= 1;
  const last = text.charCodeAt(end - 1);
  if (last !== 35 && last !== 41 && last !== 42 && !isNumbering(name)) return undefined;
  return PHRASE.exec(text.slice(Math.max(0, separator - PHRASE_CHARS), separator))?.[1];
}

/** Also a second colon, of what is in Base64 (RFC 2849), and what a node is called by or of (YAML 1.2.2, 6.9). */
const GAP =
  /(?:[=>]|:(?=[ \t]))?[ \t]{0,8}(?:(?<=:[ \t]{1,8})[&!][\w!:/.,-]{0,64}[ \t]{1,4}(?:[&!][\w!:/.,-]{0,64}[ \t]{1,4})?)?\\?/y;
/** Digits may also stand in brackets, and on the next line: {@link continuesOnNextLine} has to know of all that may. */
const DIGITS_GAP = /[=>]?[ \t]{0,8}(?:\[[ \t]{0,8})?(?:\r?\n[ \t]{0,32})?(?:\[[ \t]{0,8})?(?:\\?["'])?[ \t]{0,8}/y;
const LIST = /[ \t]{0,8}\[/y;
const MAX_GAP_BLANKS = 8;

/** Where the blanks start that end at `end`; so many of them at most. */
function blanksBefore(text: string, end: number): number {
  let start = end;
  for (; end - start < MAX_GAP_BLANKS; start -= 1) {
    const code = text.charCodeAt(start - 1);
    if (code !== 32 && code !== 9) break;
  }
  return start;
}

/** True when the line that ends at `newline` ends with the sign behind a name and what {@link DIGITS_GAP} takes behind it. */
function endsWithSign(text: string, newline: number): boolean {
  let at = blanksBefore(text, text.charCodeAt(newline - 1) === 13 ? newline - 1 : newline);
  if (text.charCodeAt(at - 1) === 91) at = blanksBefore(text, at - 1);
  const isArrow = text.charCodeAt(at - 1) === 62;
  const sign = text.charCodeAt(isArrow ? at - 2 : at - 1);
  return sign === 61 || sign === 58;
}

/** What letters end with: a name stands on the next line. */
const CLOSING_LINE =
  /(?:egards|incerely|ours|ully|ruly|ishes|en|sse|\x9fe|\xdfe|ordialement|aludos|saluti|osamente),?[ \t]{0,3}\r?$/;
const CLOSING_LINE_CHARS = 24;
const endsClosingLine: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  ',\r \tsyneti'.includes(String.fromCharCode(code)),
);

/** True when a finding may cross the end of the line at `newline`. */
export function continuesOnNextLine(text: string, newline: number): boolean {
  const mayClose = endsClosingLine[text.charCodeAt(newline - 1)] === true;
  if (mayClose && CLOSING_LINE.test(text.slice(Math.max(0, newline - CLOSING_LINE_CHARS), newline))) return true;
  return endsWithSign(text, newline);
}

const ELEMENT = /<(?:[A-Za-z_][\w.-]{0,63}:)?([A-Za-z_][\w.-]{0,63})(?:\s[^<>]{0,256})?(?<!\/)>/y;
const CDATA = '<![CDATA[';

function restPattern(text: string, start: number, key: KeyRule): { from: number; rest: RegExp } {
  const quote = text.charCodeAt(start);
  const isEscaped = text.charCodeAt(start - 1) === 92;
  if (quote === 34) return { from: start + 1, rest: isEscaped ? ESCAPED_QUOTED_REST : DOUBLE_QUOTED_REST };
  if (quote === 39) return { from: start + 1, rest: SINGLE_QUOTED_REST };
  return { from: start, rest: key.line === undefined ? PLAIN_REST : LINES[key.line] };
}

/** Blanks as a form writes them. */
const PLUSES = /^\+{1,3}/;

/** True for a value in whose place there is a marker. */
function isReplaced(value: string): boolean {
  return startsWithMarker(value.charCodeAt(0) === PLUS ? value.replace(PLUSES, '') : value);
}

function isValue(key: KeyRule, value: string, separator: string): boolean {
  if (!ruleApplies(key, value) || isReplaced(value) || isNoValue(value)) return false;
  // What it holds is found by its borders.
  if (value.startsWith('-----BEGIN')) return false;
  return separator === '=' || isOfName(key, value);
}

/** False for what stands behind a colon that follows a common word. */
export function isOfName(key: KeyRule, value = ''): boolean {
  return key.common !== true || (value.length >= 12 && /\d/.test(value));
}

/** The value of a pair, and the name in front of it. */
const VALUE = /^val(?:ue)?$/i;

function isValueName(name: string): boolean {
  return (name.length === 3 || name.length === 5) && VALUE.test(name);
}

const PAIR =
  /(?<![\w-])(?:name|key|header|field|param(?:eter)?|property|variable|setting)\\?["']?[ ]?[:=][ ]?\\?["']?([\w.$-]{3,64})\\?["']?,[ ]?\\?["']?val(?:ue)?\\?["']?[ ]{0,2}$/i;
const PAIR_CHARS = 112;

class NamedScan {
  readonly #text: string;
  readonly #classify: ClassifyKey;
  readonly #found: Finding[];
  /** The last run of each pattern: names inside one another's values must not be followed again and again. */
  #runs: Map<RegExp, { from: number; end: number }> | undefined;

  constructor(text: string, classify: ClassifyKey, found: Finding[]) {
    this.#text = text;
    this.#classify = classify;
    this.#found = found;
  }

  #endOf(from: number, rest: RegExp): number {
    const known = this.#runs?.get(rest);
    if (known !== undefined && from >= known.from && from < known.end) return known.end;
    rest.lastIndex = from;
    rest.test(this.#text);
    this.#runs ??= new Map();
    this.#runs.set(rest, { from, end: rest.lastIndex });
    return rest.lastIndex;
  }

  #add(key: KeyRule, start: number, end: number, rest: RegExp): void {
    this.#found.push({ start, end, rule: key.rule, rest });
  }

  assignment(at: number): void {
    const name = nameBefore(this.#text, at);
    const key = name.length < 3 ? undefined : this.#ofList(at, this.#classify(name));
    const paired = isValueName(name) ? this.#named(at, name) : undefined;
    if (paired !== undefined) this.#value(at, paired);
    else if (key === undefined || key.applies === NEVER) {
      const phrase = phraseBefore(this.#text, at, name);
      const named = phrase === undefined ? undefined : this.#classify(phrase);
      if (named?.inText !== undefined) this.#digits(at, named, named.inText);
    } else if (key.inText !== undefined) this.#digits(at, key, key.inText);
    else this.#value(at, key);
  }

  /** What a value is whose name stands before it: `{"name": "password", "value": …`. */
  #named(at: number, name: string): KeyRule | undefined {
    const before = this.#text.slice(Math.max(0, at - name.length - PAIR_CHARS), at);
    const named = PAIR.exec(before)?.[1];
    const key = named === undefined ? undefined : this.#classify(named);
    return key === undefined || key.applies === NEVER ? undefined : key;
  }

  /** What holds for the elements, where a list stands behind a name that says nothing of one value. */
  #ofList(at: number, key: KeyRule | undefined): KeyRule | undefined {
    if (key?.applies !== NEVER || key.elements === undefined) return key;
    LIST.lastIndex = at + 1;
    return LIST.test(this.#text) ? key.elements() : key;
  }

  /** A value that its shape bounds. */
  #digits(at: number, key: KeyRule, shape: RegExp): void {
    DIGITS_GAP.lastIndex = at + 1;
    DIGITS_GAP.test(this.#text);
    this.#shaped(DIGITS_GAP.lastIndex, key, shape);
  }

  /** A value that its shape bounds, right at `start`. */
  #shaped(start: number, key: KeyRule, shape: RegExp): void {
    shape.lastIndex = start;
    if (!shape.test(this.#text)) return;
    const end = shape.lastIndex;
    if (ruleApplies(key, this.#text.slice(start, end))) this.#found.push({ start, end, rule: key.rule });
  }

  #value(at: number, key: KeyRule): void {
    GAP.lastIndex = at + 1;
    GAP.test(this.#text);
    const { from, rest: usual } = restPattern(this.#text, GAP.lastIndex, key);
    const rest = usual === PLAIN_REST ? this.#plainRest(at, from) : usual;
    const end = this.#endOf(from, rest);
    if (!isValue(key, this.#text.slice(from, Math.min(end, from + VALUE_HEAD_CHARS)), this.#text.charAt(at))) return;
    // Where the end of what was matched by parts is out of view nothing is known of the rest of the line.
    this.#add(
      key,
      from,
      end,
      rest === COOKIES || rest === CREDENTIALS ? LINE_REST : rest === SETTING_REST ? SETTING_END : rest,
    );
  }

  #plainRest(at: number, from: number): RegExp {
    if (this.#isSetting(at, from)) return SETTING_REST;
    return this.#startsWithAmpersand(at, from) ? AMPERSAND_REST : PLAIN_REST;
  }

  /** True for a value right behind the sign of a pair that stands by itself, in no query. */
  #startsWithAmpersand(at: number, from: number): boolean {
    if (from !== at + 1 || this.#text.charCodeAt(from) !== AND) return false;
    AMPERSAND.lastIndex = from;
    const start = at - nameBefore(this.#text, at).length;
    return AMPERSAND.test(this.#text) && (start === 0 || isSpace(this.#text.charCodeAt(start - 1)));
  }

  /** True for a field of a connection string: a semicolon stands before its name, or behind its value with another. */
  #isSetting(at: number, from: number): boolean {
    if (this.#text.charCodeAt(at) !== 61) return false;
    if (SETTING.test(this.#text.slice(Math.max(0, at - MAX_NAME_CHARS), at))) return true;
    SETTING_BEFORE.lastIndex = from;
    return SETTING_BEFORE.test(this.#text);
  }

  element(at: number): void {
    ELEMENT.lastIndex = at;
    const match = ELEMENT.exec(this.#text);
    const key = match === null ? undefined : this.#classify(match[1] ?? '');
    if (key === undefined || key.applies === NEVER) return;
    const isCdata = this.#text.startsWith(CDATA, ELEMENT.lastIndex);
    const start = ELEMENT.lastIndex + (isCdata ? CDATA.length : 0);
    if (key.inText !== undefined) {
      this.#shaped(start, key, key.inText);
      return;
    }
    const rest = isCdata ? CDATA_REST : ELEMENT_REST;
    const end = this.#endOf(start, rest);
    const head = this.#text.slice(start, Math.min(end, start + VALUE_HEAD_CHARS));
    if (head.trim() !== '' && ruleApplies(key, head)) this.#add(key, start, end, rest);
  }
}

/** Values that a name beside them gives away: `name=value`, `name: "value"`, `<name>value</name>`. */
export function findNamed(text: string, classify: ClassifyKey, found: Finding[]): void {
  const scan = new NamedScan(text, classify, found);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COLON || code === EQUALS) scan.assignment(at);
    else if (code === LESS) scan.element(at);
  }
}
