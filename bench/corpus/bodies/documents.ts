import { concat, jsonText, type Marked, marked as mark, oneLine, percent, xmlText } from '../marked.ts';
import { BASE62, type Random } from '../random.ts';
import { uuid } from '../specs/look-alikes.ts';
import { email, ipv4, phone, slug } from '../values/contact.ts';
import { cardDigits, ibanCharacters } from '../values/payment.ts';
import { birthDate, cityLine, fullName, person, street } from '../values/person.ts';
import { awsKeyId, awsSecret, jwt, npmToken, opaqueToken, password, privateKey, pypiToken } from '../values/secrets.ts';
import { npi, ssn } from '../values/world.ts';
import type { Draft } from './maker.ts';

function isoBirth(random: Random): string {
  return `${String(random.int(1935, 2010))}-${random.padded(1, 12, 2)}-${random.padded(1, 28, 2)}`;
}

/** What a template's places are filled with, by the name in its braces. */
const PLACES: Readonly<Record<string, (random: Random) => Marked | string>> = {
  id: uuid,
  hex: (random) => random.hex(24),
  number: (random) => random.number(6),
  time: (random) => String(random.int(1_600_000_000, 1_790_000_000)),
  date: (random) => `2025-${random.padded(1, 12, 2)}-${random.padded(1, 28, 2)}`,
  slug,
  last4: (random) => random.digits(4),
  city: (random) => mark('optional', 'postal_address', cityLine(random)),
  email: (random) => mark('positive', 'email', email(random)),
  phone: (random) => mark('positive', 'phone', phone(random)),
  ip: (random) => mark('positive', 'ip_address', ipv4(random)),
  name: (random) => mark('positive', 'person_name', fullName(random)),
  given: (random) => mark('positive', 'person_name', person(random).given),
  family: (random) => mark('positive', 'person_name', person(random).sur),
  street: (random) => mark('positive', 'postal_address', street(random)),
  birth: (random) => mark('positive', 'date_of_birth', isoBirth(random)),
  anyBirth: (random) => mark('positive', 'date_of_birth', birthDate(random)),
  compactBirth: (random) => mark('positive', 'date_of_birth', isoBirth(random).replaceAll('-', '')),
  card: (random) => mark('positive', 'card', cardDigits(random)),
  cvc: (random) => mark('positive', 'card_code', random.digits(3)),
  iban: (random) => mark('positive', 'iban', ibanCharacters(random)),
  ssn: (random) => mark('positive', 'us_ssn', ssn(random)),
  npi: (random) => mark('positive', 'us_npi', npi(random)),
  mrn: (random) => mark('positive', 'medical_record', random.digits(8)),
  mayMrn: (random) => mark('optional', 'medical_record', random.digits(8)),
  token: (random) => mark('positive', 'credential', opaqueToken(random)),
  session: (random) => mark('positive', 'credential', random.string(BASE62, 32)),
  password: (random) => mark('positive', 'credential', password(random)),
  basic: (random) => mark('positive', 'credential', Buffer.from(`ci:${random.string(BASE62, 20)}`).toString('base64')),
  secret64: (random) => mark('positive', 'credential', Buffer.from(random.string(BASE62, 22)).toString('base64')),
  jwt,
  awsId: (random) => mark('positive', 'aws_key', awsKeyId(random)),
  awsSecret: (random) => mark('positive', 'aws_key', awsSecret(random)),
  awsSession: (random) => mark('positive', 'aws_key', random.bytes(210).toString('base64')),
  gcpKeyId: (random) => mark('optional', 'gcp_key', random.hex(40)),
  pem: (random) => privateKey(random),
  npm: (random) => mark('positive', 'npm_token', npmToken(random)),
  pypi: (random) => mark('positive', 'pypi_token', pypiToken(random)),
};

/** Documents in the shape that well-known interfaces and standards give them; `{name}` is one of PLACES. */
const DOCUMENTS: readonly (readonly [contentType: string, template: string])[] = [
  [
    'application/json',
    '{"id":"ch_{hex}","object":"charge","amount":1999,"currency":"usd","billing_details":{"address":{"line1":"{street}","line2":null,"city":"Portland","country":"US"},"email":"{email}","name":"{name}","phone":"{phone}"},"payment_method_details":{"card":{"brand":"visa","last4":"{last4}","exp_month":8,"exp_year":2027,"fingerprint":"{hex}"},"type":"card"},"created":{time},"livemode":false}',
  ],
  [
    'application/json',
    '{"merchantAccount":"Shop_{number}","reference":"order-{number}","amount":{"value":1000,"currency":"EUR"},"paymentMethod":{"type":"scheme","number":"{card}","expiryMonth":"03","expiryYear":"2030","cvc":"{cvc}","holderName":"{name}"},"shopperIP":"{ip}","shopperEmail":"{email}"}',
  ],
  [
    'application/fhir+json',
    '{"resourceType":"Patient","id":"{id}","identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}],"text":"Medical record number"},"value":"{mrn}"},{"system":"http://hl7.org/fhir/sid/us-ssn","value":"{ssn}"}],"active":true,"name":[{"use":"official","family":"{family}","given":["{given}"]}],"telecom":[{"system":"phone","value":"{phone}","use":"work"},{"system":"email","value":"{email}"}],"gender":"male","birthDate":"{birth}","address":[{"use":"home","line":["{street}"],"city":"Springfield","postalCode":"62704"}]}',
  ],
  [
    'application/json',
    '{"access_token":"{token}","token_type":"Bearer","expires_in":3600,"refresh_token":"{token}","scope":"read write"}',
  ],
  [
    'application/json',
    '{"access_token":"{jwt}","id_token":"{jwt}","token_type":"Bearer","expires_in":86400,"not-before-policy":0}',
  ],
  [
    'application/x-www-form-urlencoded',
    'grant_type=password&client_id=web-app&username={email}&password={password}&scope=openid',
  ],
  [
    'application/x-www-form-urlencoded',
    'grant_type=client_credentials&client_id={slug}&client_secret={session}&audience=https%3A%2F%2Fapi.example.com',
  ],
  [
    'application/json',
    '{"sub":"{id}","given_name":"{given}","family_name":"{family}","email":"{email}","email_verified":true,"birthdate":"{birth}","phone_number":"{phone}","address":{"street_address":"{street}","locality":"Leeds","country":"GB"},"updated_at":{time}}',
  ],
  [
    'application/scim+json',
    '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{email}","name":{"familyName":"{family}","givenName":"{given}","formatted":"{name}"},"emails":[{"value":"{email}","type":"work","primary":true}],"phoneNumbers":[{"value":"{phone}","type":"mobile"}],"addresses":[{"type":"work","streetAddress":"{street}","locality":"Austin"}],"password":"{password}","active":true,"meta":{"version":"W/\\"{hex}\\""}}',
  ],
  [
    'application/json',
    '{"Credentials":{"AccessKeyId":"{awsId}","SecretAccessKey":"{awsSecret}","SessionToken":"{awsSession}","Expiration":"2025-11-11T10:00:00Z"},"AssumedRoleUser":{"AssumedRoleId":"AROAEXAMPLEROLEIDXXXX:{slug}","Arn":"arn:aws:sts::123456789012:assumed-role/{slug}/s"}}',
  ],
  [
    'application/json',
    '{"type":"service_account","project_id":"{slug}-{number}","private_key_id":"{gcpKeyId}","private_key":"{pem}","client_id":"1{time}0{time}","token_uri":"https://oauth2.googleapis.com/token"}',
  ],
  ['application/json', '{"auths":{"registry.example.com":{"auth":"{basic}"}},"credsStore":"pass"}'],
  [
    'application/json',
    '{"log":{"version":"1.2","entries":[{"startedDateTime":"{date}T10:00:00.000Z","time":{number},"request":{"method":"GET","url":"https://api.example.com/v1/items?page=2","headers":[{"name":"Accept","value":"*/*"},{"name":"Authorization","value":"Bearer {token}"},{"name":"Cookie","value":"sessionid={session}"},{"name":"X-Api-Key","value":"{token}"}],"postData":{"mimeType":"application/json","text":""}},"serverIPAddress":"{ip}"}]}}',
  ],
  [
    'application/yaml',
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: {slug}\n  uid: {id}\ntype: Opaque\ndata:\n  password: {secret64}\nstringData:\n  api-token: {session}\n',
  ],
  [
    'application/yaml',
    'apiVersion: v1\nkind: Config\nclusters:\n- name: {slug}\n  cluster:\n    server: https://k8s.example.com:6443\nusers:\n- name: deploy\n  user:\n    token: {jwt}\n',
  ],
  ['text/plain', '[distutils]\nindex-servers = pypi\n\n[pypi]\nusername = __token__\npassword = {pypi}\n'],
  ['text/plain', 'registry=https://registry.npmjs.org/\n//registry.npmjs.org/:_authToken={npm}\nstrict-ssl=true\n'],
  ['text/plain', '[default]\naws_access_key_id = {awsId}\naws_secret_access_key = {awsSecret}\nregion = eu-west-1\n'],
  ['text/plain', 'machine git.example.com\n  login deploy\n  password {session}\n'],
  [
    'text/plain; charset=utf-8',
    'MSH|^~\\&|ADT1|HOSP|RECV|LAB|20250311101500||ADT^A01|{number}|P|2.5\rPID|1||{mayMrn}^^^HOSP^MR||{family}^{given}||{compactBirth}|F|||{street}^^Boise^ID^83702||{phone}\rPV1|1|I|W^389^1',
  ],
  [
    'text/vcard; charset=utf-8',
    'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{name}\r\nEMAIL;TYPE=work:{email}\r\nTEL;VALUE=text;TYPE=cell:{phone}\r\nADR;TYPE=home:;;{street};Albany;NY;12207;USA\r\nBDAY:{compactBirth}\r\nREV:20250311T101500Z\r\nEND:VCARD\r\n',
  ],
  [
    'application/xml',
    '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn><GrpHdr><MsgId>{hex}</MsgId><CreDtTm>{date}T09:30:47Z</CreDtTm><NbOfTxs>1</NbOfTxs><CtrlSum>{number}.50</CtrlSum></GrpHdr><PmtInf><DbtrAcct><Id><IBAN>{iban}</IBAN></Id></DbtrAcct><CdtTrfTxInf><CdtrAgt><FinInstnId><BICFI>DEUTDEFFXXX</BICFI></FinInstnId></CdtrAgt><CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct><RmtInf><Ustrd>Invoice {number}</Ustrd></RmtInf></CdtTrfTxInf></PmtInf></CstmrCdtTrfInitn></Document>',
  ],
  [
    'text/xml; charset=utf-8',
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><soapenv:Header><wsse:Security><wsse:UsernameToken><wsse:Username>{slug}</wsse:Username><wsse:Password Type="PasswordText">{session}</wsse:Password></wsse:UsernameToken></wsse:Security></soapenv:Header><soapenv:Body><GetProvider><NPI>{npi}</NPI><RequestId>{id}</RequestId></GetProvider></soapenv:Body></soapenv:Envelope>',
  ],
  [
    'text/plain',
    '{ip} - - [11/Mar/2025:10:15:00 +0000] "GET /v1/items?page=2&access_token={session} HTTP/1.1" 200 {number} "-" "curl/8.5.0"\n{ip} - - [11/Mar/2025:10:15:02 +0000] "POST /login HTTP/1.1" 302 0 "https://shop.example.com/" "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X)"\n',
  ],
  [
    'text/html; charset=utf-8',
    '<html><body><p>Dear {name},</p><p>your parcel is on its way to:</p><address>{street}<br>{city}</address><p>Questions? Call <a href="tel:">{phone}</a> or write to <a href="mailto:">{email}</a>.</p><p>Order {number}</p></body></html>',
  ],
  [
    'text/plain; charset=utf-8',
    'POST /v1/charges HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Basic {basic}\r\nCookie: sid={session}\r\nX-Request-Id: {id}\r\nContent-Type: application/json\r\n\r\n{"number":"{card}","cvc":"{cvc}"}',
  ],
  [
    'text/plain; charset=utf-8',
    'Patient: {name}\nDOB: {anyBirth}\nMRN: {mrn}\nSSN: {ssn}\nAddress: {street}\nPhone: {phone}\nAdmitted: {date}\nRoom: 412\nBlood pressure: 120/80\nAttending NPI: {npi}\n',
  ],
];

function placed(contentType: string, value: Marked): Marked {
  if (contentType === 'application/x-www-form-urlencoded') return percent(value, true);
  if (contentType.includes('json')) return jsonText(value);
  return /xml|html/.test(contentType) ? xmlText(value) : oneLine(value);
}

/** The document of index `index`, counted round, filled in. */
export function documentOf(random: Random, index: number): Draft {
  const chosen = DOCUMENTS[index % DOCUMENTS.length];
  if (chosen === undefined) throw new RangeError('no documents');
  const [contentType, template] = chosen;
  const parts = template.split(/(\{\w+\})/).map((part): Marked | string => {
    const make = /^\{\w+\}$/.test(part) ? PLACES[part.slice(1, -1)] : undefined;
    if (make === undefined) return part;
    const made = make(random);
    return placed(contentType, typeof made === 'string' ? concat(made) : made);
  });
  return { contentType, content: concat(...parts) };
}
