/** A token (GraphQL specification, 2.1): `sign` is a bracket, `other` any other punctuation. */
export interface GraphqlToken {
  readonly kind: 'name' | 'number' | 'string' | 'block' | 'comment' | 'sign' | 'other';
  readonly text: string;
  readonly at: number;
}

const BLANK = /(?:[\s,]|\xef\xbb\xbf)*/y;
const BLOCK = '"""';
const PATTERNS: readonly (readonly [kind: GraphqlToken['kind'], pattern: RegExp])[] = [
  ['name', /[A-Za-z_]\w*/y],
  ['sign', /[()[\]{}]/y],
  ['other', /\.\.\.|[!$&:=@|]/y],
  ['number', /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y],
  ['string', /"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*"/y],
  ['comment', /#[^\r\n]*/y],
];
/** How documents start: with an operation, a fragment, or a selection; those of types with more. */
const STARTS = 'qmsf{';
const START = /^\s*(?:(?:query|mutation|subscription|fragment)\b|\{\s*(?:[A-Za-z_]|\.\.\.|#))/;

/** True for what may be a document with values in it; one look is enough for nearly all others. */
export function mayBeGraphql(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first > 32 && !STARTS.includes(text.charAt(0))) return false;
  return START.test(text) && text.includes('{') && /["(#]/.test(text);
}

/** After the block string that starts at `at`; -1 when it doesn't end. */
function blockEnd(text: string, at: number): number {
  let end = text.indexOf(BLOCK, at + BLOCK.length);
  while (end !== -1 && text.charCodeAt(end - 1) === 92) end = text.indexOf(BLOCK, end + BLOCK.length);
  return end === -1 ? -1 : end + BLOCK.length;
}

function tokenAt(text: string, at: number): GraphqlToken | undefined {
  if (text.startsWith(BLOCK, at)) {
    const end = blockEnd(text, at);
    return end === -1 ? undefined : { kind: 'block', text: text.slice(at, end), at };
  }
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? [];
    if (found !== undefined) return { kind, text: found, at };
  }
  return undefined;
}

/** The tokens of a document; undefined for what is none. */
export function graphqlTokens(text: string): GraphqlToken[] | undefined {
  const tokens: GraphqlToken[] = [];
  for (let at = blankEnd(text, 0); at < text.length;) {
    const token = tokenAt(text, at);
    if (token === undefined) return undefined;
    tokens.push(token);
    at = blankEnd(text, at + token.text.length);
  }
  return tokens;
}

function blankEnd(text: string, at: number): number {
  BLANK.lastIndex = at;
  BLANK.test(text);
  return BLANK.lastIndex;
}
