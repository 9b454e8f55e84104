import { createRedactor, type RedactContext, type RedactorOptions } from '../../../src/redact/index.ts';
import { redactPieces, SALT } from './bodies.ts';

/** What a redactor does most with what it finds: everything is sealed that may be, and there is a key for tokens. */
export const SEALING: RedactorOptions = {
  tokenKey: { version: 1, key: SALT },
  policy: {
    entities: Object.fromEntries(
      [
        ...['credential', 'jwt', 'connection_string', 'postal_address', 'person_name', 'medical_record', 'national_id'],
        ...['url_signature', 'private_key', 'email', 'card', 'phone', 'passport', 'us_ssn', 'iban'],
      ].map((entity) => [entity, { action: 'seal' as const }]),
    ),
  },
  customRules: [
    {
      name: 'blob',
      entity: 'blob',
      paths: ['blob'],
      action: 'seal',
      matches: [{ text: 'x', path: 'blob' }],
      ignores: ['x'],
    },
  ],
};
const sealing = createRedactor(SEALING);

/** Everything that is left of something, as a text. */
export function traceOf(outcome: object): string {
  return JSON.stringify(outcome, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  );
}

/** Everything that is left of a body: its redacted content, what is sealed and committed to, the tokens, and the counts. */
export async function traceOfBody(
  content: string | Uint8Array,
  context: Partial<RedactContext>,
  redactor = sealing,
): Promise<string> {
  const { output, outcome } = await redactPieces([Buffer.from(content)], context, redactor);
  return traceOf({ ...outcome, tail: undefined, output });
}

/** What holds a code, as values that are replaced as a whole may. */
export const HOLDERS: Readonly<Record<string, (code: string) => string>> = {
  json: (code) => JSON.stringify({ number: 'x', cvv: code }),
  setting: (code) => `pin=${code}`,
  label: (code) => `12 High Street, Springfield, CVV: ${code}, x`,
  markup: (code) => `<a><cvv>${code}</cvv></a>`,
  'JSON in JSON': (code) => JSON.stringify({ secret: JSON.stringify({ token: `pin=${code}` }) }),
  base64: (code) => Buffer.from(JSON.stringify({ some: 'thing', cvv: code })).toString('base64'),
  hexadecimal: (code) => Buffer.from(`some text, cvv: ${code} z`).toString('hex'),
  percent: (code) => encodeURIComponent(JSON.stringify({ cvv: code })),
  'web token': (code) =>
    [JSON.stringify({ alg: 'HS256' }), JSON.stringify({ sub: 'anna', pin: code }), 'signature']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.'),
};
