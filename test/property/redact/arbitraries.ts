import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { PLANTED } from '../../unit/redact/bodies.ts';

/** A body as it stands on the wire. */
export interface Body {
  content: Buffer;
  contentType: string;
  contentEncoding?: string;
}

/** What has to survive every redaction. */
export const HARMLESS = 'harmless-marker-7f3a';

const values = Object.values(PLANTED);

/** Texts in base64 and in hexadecimal digits, over lines or not. */
const ENCODED = [
  Buffer.from('{"token":"x","email":"jane@example.com"}').toString('base64'),
  Buffer.from('call 4111 1111 1111 1111').toString('base64url'),
  Buffer.from('mail jane@example.com').toString('hex'),
  Buffer.from('mail jane@example.com '.repeat(6)).toString('base64').replace(/.{76}/g, '$&\r\n'),
];

/** Text with values, words and punctuation in it that detectors start from. */
export const text: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...values),
      fc.constantFrom(
        'password=hunter2',
        'cvv: 123',
        'cvv:\n123',
        'Card security code: 987',
        '"csc": [\n987]',
        'SSN: 123 45 6789',
        'https://h/?code=SplxlOBeZQQYbYS6WxSbIA&a=1',
        'DE89/3704/0044/0532/0130/00',
        `${Buffer.from('{"n":1}').toString('base64url')}.${Buffer.from('{"n":2}').toString('base64url')}.c2ln`,
        'Bearer abcdef0123456789',
        '<pin>4321</pin>',
        ...['NHS 943 476 5919', '943-476-5919', 'BSN: ', '123456708', '529.982.247-25', '11.222.333/0001-81'],
        ...['185057800608491', '1 85 05 2A 006 084 35', 'taxId=', '12-3456789', '912-70-1234', ' order '],
        ...['+49 151 12345678', 'tel ', '(415) 555-2671', '0151 12345678', '4155552671', ' ext. 5', 'call '],
        ...['born ', '12.03.1984', 'dob=', '1984-03-12', 'n\u00e9 le ', 'card ', '6759000000000009'],
        '"',
        '\\',
        '\n',
        '\r\n',
      ),
      fc.constantFrom(
        '@',
        '4111',
        '-',
        ' ',
        'eyJ',
        '=',
        ':',
        '<',
        '&',
        '%40',
        '\\u0040',
        '&#64;',
        '%2540',
        '%',
        '+',
        '{',
        '[',
        ']',
        'token',
        '\u00e9',
        '\u{1f600}',
      ),
      fc.constantFrom(...ENCODED),
      fc.string({ maxLength: 12 }),
      fc.integer({ min: 1, max: 40 }).map((n) => 'lorem ipsum '.repeat(n)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const key = fc.oneof(
  fc.constantFrom('a', 'name', 'value', 'key', 'password', 'cvv', 'pin', 'ssn', 'token', 'data', 'jane@example.com'),
  fc.constantFrom('phone', 'nhsNumber', 'dob', 'taxId', 'type', 'orderId', 'card', 'number'),
  fc.string({ maxLength: 6 }),
);

/** Any JSON value, with values to be found among the strings and numbers. */
export const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      text,
      fc.constantFrom(4111111111111111, 219456780, 9434765919, 4155552671, 19840312, 123, 1e300, -0.5, null, true),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
    tie('value').map((value) => JSON.stringify(value)),
    tie('value').map((value) => Buffer.from(JSON.stringify(value)).toString('base64')),
  ),
})).value;

/** JSON text in which some characters are written as escapes. */
const jsonText = fc.tuple(json, fc.boolean(), fc.constantFrom(undefined, 1)).map(([value, escapes, indent]) => {
  const plain = JSON.stringify(value, null, indent);
  return escapes
    ? plain.replace(/[@1j\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : plain;
});

const form = fc
  .array(fc.tuple(key, text), { maxLength: 8 })
  .map((fields) =>
    new URLSearchParams(
      fields.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()] as [string, string]),
    ).toString(),
  );

const events = fc
  .array(
    fc.oneof(
      jsonText.map((line) => `data: ${line}`),
      jsonText.map((line) => `data:${line.replaceAll(',', ',\ndata:  ')}`),
      jsonText.map((line) => `data: ${line}\n`),
      text.map((line) => `data: ${line}`),
      fc.constantFrom('', 'id: 7', '\ufeffdata: {"token":"x"}'),
    ),
    { maxLength: 8 },
  )
  .chain((lines) => fc.constantFrom('\n', '\r\n', '\r').map((end) => lines.join(end)));

const xml = fc
  .array(fc.tuple(fc.constantFrom('a', 'password', 'cvv', 'n:token'), text, fc.boolean()), { maxLength: 6 })
  .map((elements) => {
    const inside = elements.map(([name, value, isCdata]) => {
      const escaped = value.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
      return `<${name} x="${escaped}">${isCdata ? `<![CDATA[${value.replaceAll(']]>', '')}]]>` : escaped}<b/></${name}>`;
    });
    return `<a>${inside.join('\n')}</a>`;
  });

const cell = fc
  .tuple(text, fc.boolean())
  .map(([value, isQuoted]) => (isQuoted ? `"${value.replaceAll('"', '""')}"` : value.replace(/[",;|\t\r\n]/g, ' ')));

const csv = fc
  .tuple(
    fc.array(fc.array(fc.oneof(cell, key), { minLength: 1, maxLength: 4 }), { maxLength: 4 }),
    fc.constantFrom(',', ';', '\t'),
    fc.constantFrom('\n', '\r\n', '\r'),
  )
  .map(([rows, separator, end]) => ['name,password,email', ...rows.map((row) => row.join(separator))].join(end));

const HTML_PIECES = ['<p>', '</p>', '<td>', '<tr>', '<table>', '</table>', '<th>', '<b>Email:</b>', '<!--', '-->'];
/** Markup in the middle of a value. */
const INLINE_PIECES = [
  '<b>',
  '</b>',
  '<wbr>',
  '<span>4111 1111</span>',
  '<i>1111</i>',
  ' 1111',
  'jane@',
  '<label>PIN</label>',
];
const html = fc
  .array(
    fc.oneof(
      text,
      fc.constantFrom(
        ...HTML_PIECES,
        ...INLINE_PIECES,
        '<pin>',
        '<script>',
        '</script>',
        '<textarea>',
        '</textarea',
        '<a href="',
        "'>",
        '>',
        '<!',
      ),
      fc.tuple(key, text).map(([name, value]) => `<input name="${name}" value="${value.replaceAll('"', '&quot;')}">`),
      fc.tuple(key, text).map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

const partHead = fc.oneof(
  key.map((name) => `Content-Disposition: form-data; name="${name.replace(/["\\\r\n]/g, '')}"`),
  fc.constantFrom(
    'Content-Disposition: form-data; name="file"; filename="jane@example.com.txt"\r\nContent-Type: text/plain',
    'Content-Disposition: form-data; name="data"; filename="a.bin"\r\nContent-Type: application/octet-stream',
    'content-type: text/csv',
    'content-type: text/html',
    'content-type: application/xml',
    'content-type: multipart/mixed; boundary=inner',
    'content-transfer-encoding: base64\r\ncontent-type: text/plain',
    'content-transfer-encoding: quoted-printable\r\ncontent-type: text/plain',
  ),
);

const multipart = fc
  .array(
    fc.oneof(
      fc.tuple(partHead, text).map(([head, content]) => `${head}\r\n\r\n${content}`),
      jsonText.map((content) => `Content-Type: application/json\r\n\r\n${content}`),
      fc.tuple(jsonText, fc.constantFrom(16, 76, 1000)).map(
        ([content, width]) =>
          `Content-Type: application/json\r\nContent-Transfer-Encoding: base64\r\n\r\n` +
          Buffer.from(content)
            .toString('base64')
            .replace(new RegExp(`.{${width}}`, 'g'), '$&\r\n'),
      ),
      fc
        .tuple(partHead, text)
        .map(
          ([head, content]) =>
            `Content-Type: multipart/mixed; boundary="in"\r\n\r\n--in\r\n${head}\r\n\r\n${content}\r\n--in--`,
        ),
    ),
    { maxLength: 4 },
  )
  .chain((parts) =>
    fc
      .constantFrom('', 'preamble\r\n', '\r\n')
      .map((before) => `${before}${parts.map((part) => `--cut\r\n${part}\r\n`).join('')}--cut--\r\n`),
  );

/** Rows of any names, with quotation marks where they are needed. */
const anyCsv = fc
  .array(fc.array(fc.oneof(key, text), { minLength: 1, maxLength: 4 }), { maxLength: 5 })
  .chain((rows) => fc.constantFrom('\n', '\r\n').map((end) => rows.map((row) => row.map(cellOf).join(',')).join(end)));

function cellOf(value: string): string {
  return /[",;\t|\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

const graphqlValue = fc.oneof(
  text.map((value) => JSON.stringify(value)),
  text.map((value) => `["a", ${JSON.stringify(value)}]`),
  text.map((value) => `{token: ${JSON.stringify(value)}, n: 4111111111111111}`),
  text.map((value) => `"""${value.replaceAll('"', "'")}\n"""`),
  fc.constantFrom('1234', '-1.5', 'null', 'ADMIN', '$a', '"', 'hunter2', '4111 1111 1111 1111'),
);
const graphql = fc
  .tuple(
    fc.constantFrom('query ', 'mutation M($pin: Int = 1234) ', '', '# jane@example.com\n', 'query the {'),
    fc.array(fc.tuple(fc.constantFrom('a', 'password', 'pin', 'email', 'user', 'first_name'), graphqlValue), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([start, fields]) => `${start}{ f(${fields.map(([name, value]) => `${name}: ${value}`).join(', ')}) { id } }`);

const encoders = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: (bytes: Buffer) => brotliCompressSync(bytes, { params: {} }),
  zstd: zstdCompressSync,
} as const;

/** Content of a type that is walked, not encoded. */
export const plainBody: fc.Arbitrary<Body> = fc
  .oneof(
    jsonText.map((content) => ({ content, contentType: 'application/json' })),
    fc
      .array(jsonText, { maxLength: 4 })
      .map((lines) => ({ content: lines.join('\n'), contentType: 'application/x-ndjson' })),
    text.map((content) => ({ content, contentType: 'text/plain' })),
    form.map((content) => ({ content, contentType: 'application/x-www-form-urlencoded' })),
    fc.tuple(fc.constantFrom('', ' ', '\r\n'), jsonText).map(([blank, content]) => ({
      content: `${blank}[${content}]`,
      contentType: 'application/x-www-form-urlencoded',
    })),
    events.map((content) => ({ content, contentType: 'text/event-stream' })),
    xml.map((content) => ({ content, contentType: 'text/xml' })),
    graphql.map((content) => ({ content, contentType: 'application/graphql' })),
    graphql.map((query) => ({ content: JSON.stringify({ query }), contentType: 'application/json' })),
    csv.map((content) => ({ content, contentType: 'text/csv' })),
    anyCsv.map((content) => ({ content, contentType: 'text/csv' })),
    html.map((content) => ({ content, contentType: 'text/html' })),
    html.map((content) => ({ content: JSON.stringify([`<p>${content}</p>`]), contentType: 'application/json' })),
    multipart.map((content) => ({ content, contentType: 'multipart/form-data; boundary=cut' })),
  )
  .map(({ content, contentType }) => ({ content: Buffer.from(content), contentType }));

/** A body of any type, encoded or not. */
export const body: fc.Arbitrary<Body> = fc
  .tuple(plainBody, fc.constantFrom(undefined, 'gzip', 'deflate', 'br', 'zstd', 'raw', 'gzip, br'))
  .map(([plain, encoding]) => {
    if (encoding === undefined) return plain;
    if (encoding === 'raw') return { ...plain, content: deflateRawSync(plain.content), contentEncoding: 'deflate' };
    const layers = encoding.split(', ') as (keyof typeof encoders)[];
    const content = layers.reduce<Buffer>((bytes, name) => encoders[name](bytes), plain.content);
    return { ...plain, content, contentEncoding: encoding };
  });

/** Sizes of the pieces in which a body comes. */
export const pieceSizes: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: 1, max: 200 }), {
  minLength: 1,
  maxLength: 8,
});
