import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { TEXTS } from './worst-texts.ts';

/** One input that is made to be slow: a body, or the value of a header field. */
export interface Input {
  readonly content: Uint8Array;
  /** Of a body; a header value when absent. */
  readonly contentType?: string;
  readonly contentEncoding?: string;
  /** The protocol that an upgrade led to. */
  readonly upgrade?: string;
  /** Bytes of a piece when the body isn't written at once. */
  readonly pieceBytes?: number;
}

/** A kind of such inputs; `make` makes one of about `size`, whatever unit that is in. */
export interface WorstCase {
  readonly name: string;
  /** The first sizes of the ladders to be climbed: n, 2n, 4n, 8n. */
  readonly firsts: readonly number[];
  make(size: number): Input;
}

function bytesOf(text: string): Uint8Array {
  // Texts are of one byte a character where they can be, so that a broken encoding stays one.
  return /[\u0100-\uffff]/.test(text) ? Buffer.from(text) : Buffer.from(text, 'latin1');
}

function percentEncoded(text: string): string {
  return text.replaceAll(/[&+]/g, (char) => encodeURIComponent(char));
}

/** Where a text can stand. */
const PLACES: readonly (readonly [name: string, wrap: (text: string) => Input])[] = [
  ['text', (text) => ({ contentType: 'text/plain', content: bytesOf(text) })],
  ['json', (text) => ({ contentType: 'application/json', content: bytesOf(`{"note":${JSON.stringify(text)}}`) })],
  ['name', (text) => ({ contentType: 'application/json', content: bytesOf(`{${JSON.stringify(text)}:1}`) })],
  [
    'form',
    (text) => ({
      contentType: 'application/x-www-form-urlencoded',
      content: bytesOf(`note=${percentEncoded(text)}`),
    }),
  ],
  [
    'xml',
    (text) => ({
      contentType: 'application/xml',
      content: bytesOf(`<note>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</note>`),
    }),
  ],
  ['header', (text) => ({ content: bytesOf(text.replaceAll('\n', ' ')) })],
];

/** Values that fit into a window or are held as a whole at every size, and values that don't at any. */
const SHORT_FIRST = 2_000;
const LONG_FIRST = 20_000;
/** Header values and names have limits. */
const HEADER_FIRST = 8_000;

function generic(): WorstCase[] {
  return TEXTS.flatMap(([text, make]) =>
    PLACES.map(([place, wrap]) => ({
      name: `${place}/${text}`,
      firsts: place === 'header' ? [HEADER_FIRST] : [SHORT_FIRST, LONG_FIRST],
      make: (size: number) => wrap(make(size)),
    })),
  );
}

/** JSON in a string in JSON, as deep as fits: each level doubles the backslashes of the one inside. */
function jsonInJson(size: number): string {
  let text = '{"note":"a@b"}';
  for (;;) {
    const next = JSON.stringify({ note: text });
    if (next.length > size) return text;
    text = next;
  }
}

function many(count: number, make: (index: number) => string, between: string): string {
  return Array.from({ length: count }, (_, index) => make(index)).join(between);
}

function body(contentType: string, text: string): Input {
  return { contentType, content: bytesOf(text) };
}

function multipart(depth: number): Input {
  let text = 'content-type: text/plain\r\n\r\na@example.com';
  for (let level = depth; level > 0; level -= 1)
    text = `content-type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n${text}\r\n--b${level}--`;
  return body('multipart/form-data; boundary=b0', `--b0\r\n${text}\r\n--b0--\r\n`);
}

const FIELD = '--b\r\nContent-Disposition: form-data; name="pin"\r\n\r\n1234\r\n';
const LEVELS = 1_250;
const COUNT = 12_500;
const JSON_TYPE = 'application/json';
const XML_TYPE = 'application/xml';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** What makes walkers slow. Sizes are numbers of levels, members or bytes. */
const STRUCTURES: readonly (readonly [name: string, first: number, make: (size: number) => Input])[] = [
  ['json-arrays-deep', LEVELS, (n) => body(JSON_TYPE, `${'['.repeat(n)}${']'.repeat(n)}`)],
  ['json-objects-deep', LEVELS, (n) => body(JSON_TYPE, `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`)],
  ['json-pairs-deep', LEVELS, (n) => body(JSON_TYPE, `${'{"value":"a","name":'.repeat(n)}"b"${'}'.repeat(n)}`)],
  [
    'json-500-deep',
    25,
    (n) =>
      body(
        JSON_TYPE,
        many(n, () => '['.repeat(500) + ']'.repeat(500), '\n'),
      ),
  ],
  ['json-keys', COUNT, (n) => body(JSON_TYPE, `{${many(n, (i) => `"key${i}":${i}`, ',')}}`)],
  ['json-secret-keys', COUNT, (n) => body(JSON_TYPE, `{${many(n, (i) => `"password${i}":"a"`, ',')}}`)],
  ['json-same-keys', COUNT, (n) => body(JSON_TYPE, `{${many(n, () => '"email":"a@example.com"', ',')}}`)],
  ['json-values-first', COUNT, (n) => body(JSON_TYPE, `[${many(n, () => '{"value":"a","name":"b"}', ',')}]`)],
  ['json-value-waits', COUNT, (n) => body(JSON_TYPE, `{"value":"a",${many(n, (i) => `"k${i}":"a@b.example"`, ',')}}`)],
  ['json-numbers', COUNT, (n) => body(JSON_TYPE, `[${many(n, () => '4242424242424242', ',')}]`)],
  ['json-long-number', 2_000, (n) => body(JSON_TYPE, '4'.repeat(n))],
  ['json-exponents', COUNT, (n) => body(JSON_TYPE, `[${many(n, () => '4.242424242424242e15', ',')}]`)],
  ['json-empty-strings', COUNT, (n) => body(JSON_TYPE, `[${many(n, () => '""', ',')}]`)],
  // A shorter one is withdrawn before anybody has looked into it.
  ['json-open-string', 4 * LONG_FIRST, (n) => body(JSON_TYPE, `["${'a'.repeat(n)}`)],
  ['json-in-json', 2_000, (n) => body(JSON_TYPE, jsonInJson(n))],
  ['json-in-json-wide', 500, (n) => body(JSON_TYPE, JSON.stringify(Array(n).fill(jsonInJson(300))))],
  [
    'json-lines',
    COUNT,
    (n) =>
      body(
        'application/x-ndjson',
        many(n, () => '{"a":1}', '\n'),
      ),
  ],
  ['json-small-pieces', LONG_FIRST, (n) => ({ ...body(JSON_TYPE, `["${'a@'.repeat(n / 2)}"]`), pieceBytes: 16 })],
  ['text-small-pieces', LONG_FIRST, (n) => ({ ...body('text/plain', 'a@'.repeat(n / 2)), pieceBytes: 16 })],
  [
    'form-fields',
    COUNT,
    (n) =>
      body(
        FORM_TYPE,
        many(n, (i) => `f${i}=a%40b`, '&'),
      ),
  ],
  ['form-empty-fields', COUNT, (n) => body(FORM_TYPE, '&'.repeat(n))],
  ['form-no-fields', LONG_FIRST, (n) => body(FORM_TYPE, 'a'.repeat(n))],
  [
    'form-json',
    500,
    (n) =>
      body(
        FORM_TYPE,
        many(n, () => `a=${encodeURIComponent(jsonInJson(200))}`, '&'),
      ),
  ],
  ['xml-deep', LEVELS, (n) => body(XML_TYPE, `${'<a>'.repeat(n)}${'</a>'.repeat(n)}`)],
  ['xml-500-deep', 25, (n) => body(XML_TYPE, `<r>${many(n, () => '<a>'.repeat(500) + '</a>'.repeat(500), '')}</r>`)],
  ['xml-elements', COUNT, (n) => body(XML_TYPE, `<r>${many(n, (i) => `<e${i}>1</e${i}>`, '')}</r>`)],
  ['xml-attributes', 1_000, (n) => body(XML_TYPE, `<r ${many(n, (i) => `a${i}="b"`, ' ')}/>`)],
  ['xml-attribute-blanks', 2_000, (n) => body(XML_TYPE, `<r a="b"${' '.repeat(n)}`)],
  ['xml-comments', COUNT, (n) => body(XML_TYPE, `<r>${'<!---->'.repeat(n)}</r>`)],
  ['xml-cdata', 2_500, (n) => body(XML_TYPE, `<r>${'<![CDATA[a]]>'.repeat(n)}</r>`)],
  ['xml-open-tags', LONG_FIRST, (n) => body(XML_TYPE, `<r>${'<'.repeat(n)}`)],
  ['xml-open-comments', LONG_FIRST, (n) => body(XML_TYPE, `<r>${'<!--'.repeat(n / 4)}`)],
  ['csv-quotes', LONG_FIRST, (n) => body('text/csv', '"'.repeat(n))],
  ['csv-commas', LONG_FIRST, (n) => body('text/csv', ','.repeat(n))],
  ['csv-open-quote', LONG_FIRST, (n) => body('text/csv', `a,b\n"${'a,'.repeat(n / 2)}`)],
  [
    'csv-fields',
    COUNT,
    (n) => body('text/csv', `${many(n, (i) => `c${i}`, ',')}\n${many(n, () => 'a@b.example', ',')}`),
  ],
  ['csv-rows', COUNT, (n) => body('text/csv', `email,note\n${'a@example.com,"b ""c"""\n'.repeat(n)}`)],
  ['events', COUNT, (n) => body('text/event-stream', 'data: {"a":1}\n\n'.repeat(n))],
  ['events-lines', COUNT, (n) => body('text/event-stream', 'data: a\n'.repeat(n))],
  ['events-returns', LONG_FIRST, (n) => body('text/event-stream', '\r'.repeat(n))],
  ['html-less', LONG_FIRST, (n) => body('text/html', '<'.repeat(n))],
  ['html-quotes', LONG_FIRST, (n) => body('text/html', `<a b=${'"'.repeat(n)}`)],
  ['html-names', LONG_FIRST, (n) => body('text/html', `<a ${'b'.repeat(n)}>`)],
  ['html-open-comment', LONG_FIRST, (n) => body('text/html', `<!--${'->'.repeat(n / 2)}`)],
  ['html-open-script', LONG_FIRST, (n) => body('text/html', `<script>${'</scrip '.repeat(n / 8)}`)],
  ['html', COUNT, (n) => body('text/html', '<p a="b">a@b.example</p>'.repeat(n))],
  [
    'html-attributes',
    COUNT,
    (n) =>
      body(
        'text/html',
        many(n, (i) => `<p a${i}=b c=d>`, ''),
      ),
  ],
  ['html-attribute-blanks', 2_000, (n) => body('text/html', `<p a${' '.repeat(n)}>`)],
  ['html-references', 2_000, (n) => body('text/html', `<p>${'a&#64;b.example '.repeat(n / 16)}`)],
  ['html-tables', COUNT, (n) => body('text/html', '<table><tr><th>a'.repeat(n))],
  ['multipart-heads', LONG_FIRST, (n) => body('multipart/form-data; boundary=b', `--b\r\n${'a:b\r\n'.repeat(n / 5)}`)],
  ['multipart-fields', 2_500, (n) => body('multipart/form-data; boundary=b', `${FIELD.repeat(n)}--b--\r\n`)],
  ['multipart-deep', 250, multipart],
  [
    'multipart-parts',
    2_500,
    (n) => body('multipart/form-data; boundary=b', `--b\r\n\r\na\r\n`.repeat(n) + '--b--\r\n'),
  ],
  [
    'multipart-near',
    LONG_FIRST,
    (n) => body('multipart/form-data; boundary=b', `--b\r\n\r\n${'\r\n--b '.repeat(n / 6)}`),
  ],
  ['multipart-head', LONG_FIRST, (n) => body('multipart/form-data; boundary=b', `--b\r\n${'\r'.repeat(n)}`)],
  ['multipart-dashes', LONG_FIRST, (n) => body('multipart/form-data; boundary=b', '\r\n--'.repeat(n / 4))],
  ['websocket', COUNT, (n) => ({ upgrade: 'websocket', content: Buffer.alloc(n * 2, Buffer.from([0x89, 0])) })],
  [
    'websocket-parts',
    COUNT,
    (n) => ({
      upgrade: 'websocket',
      content: Buffer.concat([Buffer.from([1, 0]), Buffer.alloc(n * 3, Buffer.from([0, 1, 97]))]),
    }),
  ],
  [
    'utf16',
    LONG_FIRST,
    (n) => ({ contentType: 'text/plain; charset=utf-16', content: Buffer.from('a@'.repeat(n / 2), 'utf16le') }),
  ],
  ['grpc', LONG_FIRST, (n) => ({ contentType: 'application/grpc+proto', content: Buffer.alloc(n, 1) })],
  ['graphql', COUNT, (n) => body('application/graphql', '{a(b:"c"){'.repeat(n))],
  ['graphql-lists', 1_000, (n) => body('application/graphql', `{a(tokens:[${'"c",'.repeat(n)}])}`)],
  ['graphql-quotes', 2_000, (n) => body('application/graphql', `{a(b:${'"'.repeat(n)}`)],
  ['graphql-blanks', 2_000, (n) => body('application/graphql', `{a${' '.repeat(n)}`)],
  ['graphql-names', 1_000, (n) => body('application/graphql', `{${'password '.repeat(n)}}`)],
  ['graphql-in-json', 250, (n) => body(JSON_TYPE, JSON.stringify(Array(n).fill('query{a(b:"c",pin:1234){d}}')))],
];

const BOMB_FIRST = 4_000_000;

/** Compressed bodies; sizes are decoded bytes. */
const BOMBS: readonly (readonly [name: string, encoding: string, pack: (content: Buffer) => Buffer])[] = [
  ['gzip', 'gzip', (content) => gzipSync(content)],
  ['gzip-twice', 'gzip, gzip', (content) => gzipSync(gzipSync(content))],
  ['deflate', 'deflate', (content) => deflateSync(content)],
  ['br', 'br', (content) => brotliCompressSync(content, { params: {} })],
  ['zstd', 'zstd', (content) => zstdCompressSync(content)],
];

function bombs(): WorstCase[] {
  return BOMBS.map(([name, contentEncoding, pack]) => ({
    name: `bomb/${name}`,
    firsts: [BOMB_FIRST],
    make: (size) => ({ contentType: 'text/plain', contentEncoding, content: pack(Buffer.alloc(size, 'a b ')) }),
  }));
}

/** All of them. */
export function worstCases(): WorstCase[] {
  const structures = STRUCTURES.map(([name, first, make]) => ({ name: `structure/${name}`, firsts: [first], make }));
  return [...generic(), ...structures, ...bombs()];
}
