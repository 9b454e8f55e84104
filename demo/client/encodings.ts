/** A form in which a value may be written down. */
export interface EncodedForm {
  readonly encoding: string;
  readonly bytes: Uint8Array;
}

/**
 * Every form in which a value is looked for: as it is; base64 (standard and URL alphabet) at the three places that it
 * can have in what was encoded; percent-encoded (as little as needed, as in forms, and throughout; upper and lower
 * hexadecimal); escaped in JSON (as little as needed, with escaped slashes, and throughout); with references of XML and HTML; hexadecimal. A form that
 * equals an earlier one is left out. UTF-16, of both byte orders, is a form too.
 */
export function encodingsOf(value: string): EncodedForm[] {
  const bytes = Buffer.from(value, 'utf8');
  const forms: [string, string | Uint8Array][] = [
    ['plain', bytes],
    ...base64Forms(bytes),
    ...percentForms(value, bytes),
    ...jsonForms(value),
    ...referenceForms(value),
    ['hex', bytes.toString('hex')],
    ['hex, upper case', bytes.toString('hex').toUpperCase()],
    ['UTF-16, little-endian', Buffer.from(value, 'utf16le')],
    ['UTF-16, big-endian', Buffer.from(value, 'utf16le').swap16()],
  ];
  const seen = new Set<string>();
  const distinct: EncodedForm[] = [];
  for (const [encoding, form] of forms) {
    const encoded = Buffer.from(form);
    const key = encoded.toString('latin1');
    if (seen.has(key)) continue;
    seen.add(key);
    distinct.push({ encoding, bytes: encoded });
  }
  return distinct;
}

/**
 * RFC 4648, 4: three bytes make four characters, so what stands before a value moves it by zero, one or two bytes. The
 * characters at its edges that also depend on the neighbours are left away.
 */
function base64Forms(bytes: Buffer): [string, string][] {
  return [0, 1, 2].flatMap((before): [string, string][] => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    const inner = encoded.slice(from, to);
    return [
      [`base64, after ${before} bytes`, inner],
      [`base64url, after ${before} bytes`, inner.replaceAll('+', '-').replaceAll('/', '_')],
    ];
  });
}

function percentForms(value: string, bytes: Buffer): [string, string][] {
  const lower = (text: string): string => text.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
  // RFC 3986, 2.3: all but the unreserved characters.
  const strict = encodeURIComponent(value).replaceAll(/[!'()*]/g, (char) => percent(char.charCodeAt(0)));
  const form = new URLSearchParams([['', value]]).toString().slice(1);
  const full = Array.from(bytes, percent).join('');
  const most = strict.replaceAll(/[-._~]/g, (char) => percent(char.charCodeAt(0)));
  return [
    ['percent', strict],
    ['percent, lower case', lower(strict)],
    ['percent, marks kept', encodeURIComponent(value)],
    ['percent, as in a path', encodeURI(value)],
    ['form', form],
    ['form, lower case', lower(form)],
    ['percent, all but letters and digits', most],
    ['percent, all but letters and digits, lower case', lower(most)],
    ['percent throughout', full],
    ['percent throughout, lower case', lower(full)],
  ];
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

function jsonForms(value: string): [string, string][] {
  const quoted = JSON.stringify(value).slice(1, -1);
  const units = Array.from({ length: value.length }, (_, at) => value.charCodeAt(at).toString(16).padStart(4, '0'));
  const special = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return [
    ['json', quoted],
    ['json, slashes escaped', quoted.replaceAll('/', '\\/')],
    ['json, ASCII only', quoted.replaceAll(/[^\x20-\x7e]/g, special)],
    // What serializers that are careful about HTML write.
    ['json, marks as \\u', quoted.replaceAll(/[&<>'@=+]/g, special)],
    [
      'json, all but letters and digits as \\u',
      quoted.replaceAll(/\\[^u]|[^A-Za-z0-9\\]/g, (char) => special(char.at(-1) ?? '')),
    ],
    ['json, \\u throughout', units.map((unit) => `\\u${unit}`).join('')],
    ['json, \\u throughout, upper case', units.map((unit) => `\\u${unit.toUpperCase()}`).join('')],
  ];
}

function referenceForms(value: string): [string, string][] {
  const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };
  const written = (reference: (code: number) => string): string =>
    value.replaceAll(/[^A-Za-z0-9]/gu, (char) => `&#${reference(char.codePointAt(0) ?? 0)};`);
  return [
    ['references, as little as needed', value.replaceAll(/[&<>"']/g, (char) => `&${names[char] ?? ''};`)],
    ['references', written((code) => code.toString())],
    ['hexadecimal references', written((code) => `x${code.toString(16)}`)],
    ['hexadecimal references, upper case', written((code) => `x${code.toString(16).toUpperCase()}`)],
  ];
}
