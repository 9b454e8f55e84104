import { frame, message } from '../../unit/redact/protobuf/wire-bytes.ts';
import { ENTITY_OF, type Kind, type Values } from './values.ts';

/** A form of content with planted values in it. */
export interface Content {
  readonly name: string;
  readonly contentType: string;
  /** The values that {@link write} puts in. */
  readonly carries: readonly Kind[];
  readonly write: (values: Values) => string | Uint8Array;
  /** How a card verification code is written in it: at least eight characters. */
  readonly codeAs: (code: string) => string;
  /** True when it is no failure that nothing but hash and length is kept of it. */
  readonly mayBeGivenUp: boolean;
  /** Each message is compressed by itself, not the body (gRPC). */
  readonly isFramed: boolean;
  /** Compressed in one way only, where one more says little. */
  readonly isVariant: boolean;
}

const ALL = Object.keys(ENTITY_OF) as readonly Kind[];
/** What is known by its form alone. */
const BY_FORM: readonly Kind[] = ['email', 'card', 'iban', 'phone', 'jwt', 'githubToken'];
const codeInJson = (code: string): string => `"cvv":"${code}"`;
const BOUNDARY = 'planted-boundary-7f3a';

function content(
  name: string,
  contentType: string,
  write: Content['write'],
  more: Partial<Omit<Content, 'name' | 'contentType' | 'write'>> = {},
): Content {
  const usual = { carries: ALL, codeAs: codeInJson, mayBeGivenUp: false, isFramed: false, isVariant: false };
  return { name, contentType, write, ...usual, ...more };
}

function order(values: Values): object {
  const { email, card, iban, ssn, phone, jwt, githubToken, password, name, cvv, marker } = values;
  return {
    id: 17,
    note: marker,
    customer: { fullName: name, email, ssn, phone },
    payment: { cardNumber: card, cvv, iban },
    login: { password },
    context: jwt,
    log: `pushed with ${githubToken}, ok`,
  };
}

function json(values: Values): string {
  return JSON.stringify(order(values));
}

/** As a serializer writes it that trusts no character but letters and digits in strings. */
function escapedJson(values: Values): string {
  const escape = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const values_ = Object.entries(values).filter(([kind]) => kind !== 'marker');
  return values_.reduce((text, [, value]) => {
    const escaped = String(value).replaceAll(/[^A-Za-z0-9]/g, escape);
    return text.replaceAll(String(value), escaped);
  }, json(values));
}

function lines(values: Values): string {
  return `{"id":1}\n${json(values)}\n{"id":2,"email":"${values.email}"}\n`;
}

function events(values: Values): string {
  return `id: 1\nevent: order\ndata: ${json(values)}\n\n: comment\ndata: Mail to ${values.email}\ndata: went out\n\n`;
}

function inAString(values: Values): string {
  return JSON.stringify({ type: 'order', payload: JSON.stringify({ inner: json(values) }) });
}

/** A text as it stands in a string of JSON. */
function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function form(values: Values): string {
  const { email, card, iban, ssn, phone, jwt, githubToken, password, name, cvv, marker } = values;
  const fields = { note: marker, email, card, iban, ssn, phone, full_name: name, cvv, password };
  return new URLSearchParams({ ...fields, context: jwt, text: `with ${githubToken}` }).toString();
}

function part(head: string, body: string): string {
  return `--${BOUNDARY}\r\n${head}\r\n\r\n${body}\r\n`;
}

function multipart(values: Values): string {
  const { email, card, iban, ssn, phone, jwt, githubToken, password, name, cvv, marker } = values;
  const fields = { note: marker, password, cvv, full_name: name };
  const simple = Object.entries(fields).map(([field, value]) =>
    part(`Content-Disposition: form-data; name="${field}"`, value),
  );
  const file = `Dear all,\nwrite to ${email} or call ${phone}.\nIBAN ${iban}\nssn: ${ssn}\nremote uses ${githubToken}\n`;
  const document = JSON.stringify({ card, context: jwt });
  return [
    ...simple,
    part('Content-Disposition: form-data; name="file"; filename="letter.txt"\r\nContent-Type: text/plain', file),
    part('Content-Disposition: form-data; name="meta"\r\nContent-Type: application/json', document),
    `--${BOUNDARY}--\r\n`,
  ].join('');
}

function elements(values: Values): string {
  const { email, card, iban, ssn, phone, jwt, githubToken, password, name, cvv, marker } = values;
  return (
    `<note>${marker}</note><customer email="${email}"><fullName>${name}</fullName><ssn>${ssn}</ssn><phone>${phone}</phone></customer>` +
    `<payment><cardNumber>${card}</cardNumber><cvv>${cvv}</cvv><iban><![CDATA[${iban}]]></iban></payment>` +
    `<login><password>${password}</password><context>${jwt}</context></login><!-- ${githubToken} -->`
  );
}

function xml(values: Values): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<order id="17">${elements(values)}</order>\n`;
}

function soap(values: Values): string {
  const { password, name } = values;
  const header = `<wsse:UsernameToken xmlns:wsse="urn:example:wsse"><wsse:Password>${password}</wsse:Password></wsse:UsernameToken>`;
  const body = `<m:Order xmlns:m="urn:example:orders"><m:customerName>${name}</m:customerName>${elements(values)}</m:Order>`;
  return `<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Header>${header}</soap:Header><soap:Body>${body}</soap:Body></soap:Envelope>`;
}

function graphqlQuery(values: Values): string {
  const { email, card, iban, ssn, phone, password, githubToken, name, cvv } = values;
  return (
    `mutation Pay { login(email: "${email}", password: "${password}") { ok } ` +
    `pay(input: {cardNumber: "${card}", cvv: "${cvv}", iban: "${iban}", ssn: "${ssn}", phone: "${phone}", fullName: "${name}"}) { id } ` +
    `note(text: "with ${githubToken}") { id } }`
  );
}

function graphqlJson(values: Values): string {
  const { jwt, marker, name, cvv } = values;
  return JSON.stringify({ query: graphqlQuery(values), variables: { marker, context: jwt, fullName: name, cvv } });
}

function graphqlText(values: Values): string {
  return `# ${values.marker}\n${graphqlQuery(values)}\n`;
}

function protobuf(values: Values): Uint8Array {
  const { email, card, iban, phone, jwt, githubToken, marker } = values;
  return message([
    [1, marker],
    [2, 42],
    [
      3,
      [
        [1, email],
        [
          2,
          [
            [1, phone],
            [7, `card ${card}`],
          ],
        ],
      ],
    ],
    [4, iban],
    [5, `sent with ${githubToken} today`],
    [6, jwt],
    [7, { double: 0.5 }],
  ]);
}

function csv(values: Values): string {
  const { email, card, iban, ssn, phone, jwt, githubToken, password, name, cvv, marker } = values;
  return (
    'note,full_name,email,card_number,method,cvv,channel,iban,ssn,phone,password,context,log\r\n' +
    `${marker},${name},${email},${card},card,${cvv},retail,${iban},${ssn},${phone},"${password}",${jwt},"with ${githubToken}, ok"\r\n`
  );
}

function text(values: Values): string {
  const { email, cardSpaced, iban, ssn, phone, jwt, githubToken, password, name, cvv, marker } = values;
  return (
    `2026-01-17T10:00:00Z INFO ${marker} order accepted\nTo: ${email}\npaid with card ${cardSpaced}, cvv: ${cvv}\n` +
    `IBAN: ${iban}\nSSN ${ssn}, phone ${phone}\nFull name: ${name}\npassword: ${password}\n` +
    `remote uses ${githubToken}\nclaims ${jwt} were fine\n`
  );
}

function html(values: Values): string {
  const { email, card, iban, ssn, phone, jwt, githubToken, password, name, cvv, marker } = values;
  return (
    `<!doctype html><html><head><title>${marker}</title></head><body><p>Write to <a href="mailto:${email}">${email}</a>, call ${phone}</p>` +
    `<table><tr><th>Full name</th><th>SSN</th></tr><tr><td>${name}</td><td>${ssn}</td></tr></table>` +
    `<form><input type="password" name="password" value="${password}"><input name="cvv" value="${cvv}"></form>` +
    `<dl><dt>IBAN</dt><dd>${iban}</dd><dt>Card</dt><dd>${card}</dd></dl><script>var t = "${jwt}";</script><!-- ${githubToken} --></body></html>`
  );
}

function base64InJson(values: Values): string {
  const inner = Buffer.from(json(values));
  const data = `data:text/plain;base64,${Buffer.from(`Mail to ${values.email}, please.`).toString('base64')}`;
  return JSON.stringify({
    note: values.marker,
    blob: inner.toString('base64'),
    other: inner.toString('base64url'),
    data,
  });
}

function percentInJson(values: Values): string {
  const { marker } = values;
  return JSON.stringify({ note: marker, next: `https://shop.example.com/pay?page=2&${form(values)}` });
}

/** Larger than a window of the engine, a chunk of Envoy and what stands in a record's own part; values all through it. */
function large(values: Values): string {
  const filler = (index: number): object => ({
    sku: `item-${index}`,
    count: index,
    text: 'nothing to see here '.repeat(20),
  });
  const items = Array.from({ length: 350 }, (_, index) => (index % 50 === 7 ? order(values) : filler(index)));
  return JSON.stringify({ items, note: values.marker });
}

function valueAsName(values: Values): string {
  const { email, iban, marker } = values;
  return JSON.stringify({ note: marker, balances: { [email]: 12, [iban]: 5 } });
}

function utf16(values: Values): Uint8Array {
  return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text(values), 'utf16le')]);
}

/** Each character that is neither letter nor digit as a reference. */
function referenced(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`);
}

function xmlWithReferences({ email, password, ssn, marker }: Values): string {
  const [mail, word, number] = [email, password, ssn].map(referenced);
  return `<order note="${marker}" email="${mail}"><user><password>${word}</password><ssn>${number}</ssn></user></order>`;
}

function settings({ email, password, ssn, marker }: Values): string {
  const word = `<add key="password" value="${password}"/>`;
  return `<settings note="${marker}">${word}<entry><key>ssn</key><value>${ssn}</value></entry><mail to="${email}"/></settings>`;
}

function yaml(values: Values): string {
  const { email, card, iban, ssn, phone, jwt, githubToken, password, name, cvv, marker } = values;
  return (
    `note: ${marker}\ncustomer:\n  full_name: ${name}\n  email: ${email}\n  ssn: ${ssn}\n  phone: "${phone}"\n` +
    `payment:\n  card_number: "${card}"\n  cvv: "${cvv}"\n  iban: ${iban}\nlogin:\n  password: '${password}'\n` +
    `log:\n  - pushed ${githubToken}\n  - claims ${jwt}\n`
  );
}

function tabs(values: Values): string {
  const { email, card, iban, ssn, phone, jwt, githubToken, password, name, marker } = values;
  const columns = {
    note: marker,
    'Full name': name,
    'E-Mail': email,
    'Card number': card,
    IBAN: iban,
    SSN: ssn,
    Phone: phone,
  };
  const all = { ...columns, Password: password, Context: jwt, Log: githubToken };
  return `${Object.keys(all).join('\t')}\n${Object.values(all).join('\t')}\n`;
}

/** RFC 7464: each text behind a record separator. */
function sequence(values: Values): string {
  return `\u001e{"id":1}\n\u001e${json(values)}\n`;
}

function mixed(values: Values): string {
  return [
    part('Content-Type: application/json', json(values)),
    part('Content-Type: text/csv', csv(values)),
    part('Content-Type: application/x-www-form-urlencoded', form(values)),
    `--${BOUNDARY}--\r\n`,
  ].join('');
}

function mail(values: Values): string {
  const { email, phone, marker, iban } = values;
  return `From: <${email}>\r\nTo: <${email}>\r\nSubject: ${marker}\r\n\r\nDear all,\r\ncall ${phone}, pay to ${iban}\r\n`;
}

function jsonInForm(values: Values): string {
  return new URLSearchParams({ note: values.marker, payload: json(values) }).toString();
}

function twiceEscaped({ email, phone, marker }: Values): string {
  const once = (text: string): string => encodeURIComponent(encodeURIComponent(text));
  return `note=${marker}&next=${once(`/pay?email=${email}`)}&to=${once(phone)}`;
}

function base64InForm(values: Values): string {
  return new URLSearchParams({
    note: values.marker,
    blob: Buffer.from(json(values)).toString('base64url'),
  }).toString();
}

function grpcWebText(values: Values): string {
  return frame(protobuf(values)).toString('base64');
}

function connectJson(values: Values): Uint8Array {
  return Buffer.concat([frame(Buffer.from(json(values))), frame(Buffer.from('{}'), 2)]);
}

function withMark(values: Values): string {
  return `\ufeff${json(values)}`;
}

function latin1(values: Values): Uint8Array {
  return Buffer.from(`Fa\u00e7ade \u00fc\n${text(values)}`, 'latin1');
}

const codeInForm = (code: string): string => `cvv=${code}&`;
const codeInElement = (code: string): string => `<cvv>${code}</cvv>`;
const codeInGraphql = (code: string): string => `cvv: "${code}"`;

/** The plainest. */
export const JSON_CONTENT: Content = content('JSON', 'application/json', json);

/** Other ways to write much the same. */
const VARIANTS: readonly Content[] = [
  content('XML with references', 'text/xml', xmlWithReferences, { carries: ['email', 'password', 'ssn'] }),
  content('settings in XML', 'application/xml', settings, { carries: ['email', 'password', 'ssn'] }),
  content('YAML', 'application/yaml', yaml, { codeAs: (code) => `  cvv: "${code}"` }),
  content('columns behind tabs', 'text/tab-separated-values', tabs, { carries: ALL.filter((kind) => kind !== 'cvv') }),
  content('a sequence of JSON', 'application/json-seq', sequence),
  content('JSON of a vendor', 'application/vnd.example.order+json', json),
  content('JSON behind a byte order mark', 'application/json', withMark),
  content('multipart of types', `multipart/mixed; boundary=${BOUNDARY}`, mixed),
  content('mail', 'message/rfc822', mail, { carries: ['email', 'phone', 'iban'] }),
  content('JSON in a form', 'application/x-www-form-urlencoded', jsonInForm),
  content('a form in JSON’s clothes', 'application/json', form, {
    mayBeGivenUp: true,
    codeAs: (code) => `cvv=${code}&`,
  }),
  content('JSON in a form’s clothes', 'application/x-www-form-urlencoded', json),
  content('values escaped twice', 'application/x-www-form-urlencoded', twiceEscaped, { carries: ['email', 'phone'] }),
  content('base64 in a form', 'application/x-www-form-urlencoded', base64InForm),
  content('gRPC-Web in base64', 'application/grpc-web-text', grpcWebText, { carries: BY_FORM }),
  content('Connect', 'application/connect+json', connectJson),
  content('text in Latin-1', 'text/plain; charset=iso-8859-1', latin1, { codeAs: (code) => `cvv: ${code}\n` }),
].map((variant) => ({ ...variant, isVariant: true }));

/** Every form. */
export const CONTENTS: readonly Content[] = [
  JSON_CONTENT,
  content('JSON with escapes', 'application/json; charset=utf-8', escapedJson),
  content('JSON of 150 kB', 'application/json', large),
  content('values as names in JSON', 'application/json', valueAsName, { carries: ['email', 'iban'] }),
  content('JSON lines', 'application/x-ndjson', lines),
  content('JSON in a string', 'application/json', inAString, { codeAs: (code) => quoted(quoted(codeInJson(code))) }),
  content('JSON without a type', '', json, { mayBeGivenUp: true }),
  content('server-sent events', 'text/event-stream', events),
  content('form', 'application/x-www-form-urlencoded', form, { codeAs: codeInForm }),
  content('multipart', `multipart/form-data; boundary=${BOUNDARY}`, multipart, {
    codeAs: (code) => `name="cvv"\r\n\r\n${code}\r\n`,
  }),
  content('XML', 'application/xml', xml, { codeAs: codeInElement }),
  content('SOAP', 'application/soap+xml; charset=utf-8', soap, { codeAs: codeInElement }),
  content('GraphQL in JSON', 'application/json', graphqlJson),
  content('GraphQL', 'application/graphql', graphqlText, {
    carries: ALL.filter((kind) => kind !== 'jwt'),
    codeAs: codeInGraphql,
  }),
  content('protobuf', 'application/x-protobuf', protobuf, { carries: BY_FORM }),
  content('gRPC', 'application/grpc', protobuf, { carries: BY_FORM, isFramed: true }),
  content('CSV', 'text/csv', csv, { codeAs: (code) => `,card,${code},retail,` }),
  content('text', 'text/plain; charset=utf-8', text, { codeAs: (code) => `cvv: ${code}\n` }),
  content('HTML', 'text/html; charset=utf-8', html, { codeAs: (code) => `"cvv" value="${code}"` }),
  content('base64 in JSON', 'application/json', base64InJson),
  content('percent-encoding in JSON', 'application/json', percentInJson, { codeAs: codeInForm }),
  content('text in UTF-16', 'text/plain; charset=utf-16', utf16, {
    codeAs: (code) => `cvv: ${code}\n`,
    mayBeGivenUp: true,
  }),
  content('bytes of unknown type', 'application/octet-stream', text, {
    codeAs: (code) => `cvv: ${code}\n`,
    mayBeGivenUp: true,
  }),
  ...VARIANTS,
];
