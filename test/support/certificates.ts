import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate for tests: what it says, and who signs it. */
export interface CertificateOptions {
  commonName: string;
  dnsNames?: readonly string[];
  uris?: readonly string[];
  /** IPv4. */
  addresses?: readonly string[];
  /** Signs itself, as an authority, when there is none. */
  issuer?: Issued;
  notBefore?: Date;
  notAfter?: Date;
}

/** A certificate with its key. */
export interface Issued {
  readonly commonName: string;
  readonly privateKey: KeyObject;
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

/** X.690, 8.1: tag, length, contents. */
function der(tag: number, ...contents: Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.from(body.length.toString(16).padStart(body.length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

const sequence = (...parts: Uint8Array[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const octets = (contents: Uint8Array): Buffer => der(0x04, contents);
const TRUE = Buffer.from([0x01, 0x01, 0xff]);
const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));
}

function timeOf(date: Date): Buffer {
  return der(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`));
}

/** RFC 5280, 4.2.1: basic constraints, key usage, alternative names. */
function extensionsOf({ dnsNames = [], uris = [], addresses = [], issuer }: CertificateOptions): Buffer {
  const isAuthority = issuer === undefined;
  const usage = isAuthority ? [0x01, 0x06] : [0x07, 0x80];
  const names = [
    ...dnsNames.map((name) => der(0x82, Buffer.from(name))),
    ...uris.map((uri) => der(0x86, Buffer.from(uri))),
    ...addresses.map((address) => der(0x87, Buffer.from(address.split('.').map(Number)))),
  ];
  const extensions = [
    sequence(oid('551d13'), TRUE, octets(isAuthority ? sequence(TRUE) : sequence())),
    sequence(oid('551d0f'), TRUE, octets(der(0x03, Buffer.from(usage)))),
  ];
  if (names.length > 0) extensions.push(sequence(oid('551d11'), octets(sequence(...names))));
  return der(0xa3, sequence(...extensions));
}

/** Makes an X.509 certificate (RFC 5280, version 3) with an ECDSA P-256 key. */
export function issueCertificate(options: CertificateOptions): Issued {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const notBefore = options.notBefore ?? new Date(Date.now() - 86_400_000);
  const notAfter = options.notAfter ?? new Date(Date.now() + 86_400_000);
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(15)]);
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ECDSA_WITH_SHA256,
    nameOf(options.issuer?.commonName ?? options.commonName),
    sequence(timeOf(notBefore), timeOf(notAfter)),
    nameOf(options.commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    extensionsOf(options),
  );
  const signature = sign('sha256', toBeSigned, options.issuer?.privateKey ?? privateKey);
  const encoded = sequence(toBeSigned, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature));
  const lines = encoded.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    commonName: options.commonName,
    privateKey,
    certificate: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
