import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { AffidavitError } from '../record/index.ts';
import type { Clock } from './clock.ts';
import type { FileSystem } from './files.ts';
import type { Logger } from './logger.ts';

/** Paths of PEM files. An empty or absent one stands for none; a certificate comes with its key. */
export interface CertificateFiles {
  readonly certFile?: string;
  readonly keyFile?: string;
  /** Authorities that certificates of the other side must come from. */
  readonly caFile?: string;
}

/** What those files hold, by the names that node:tls has for it; what isn't there isn't set. */
export interface Credentials {
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly ca?: Buffer;
}

/** What {@link Certificates} need. */
export interface CertificatesOptions {
  readonly names: CertificateFiles;
  readonly files: Pick<FileSystem, 'readFile'>;
  /** Says whether a certificate has expired. */
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds between looks at the files; 10,000 when not given. */
  readonly pollMs?: number;
}

const POLL_MS = 10_000;
const MAX_PEM_BYTES = 4 * 1024 * 1024;
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Certificates in files that may be replaced while the process runs. The files are read whole and compared, not looked at
 * by time and size: they are small, and a mounted secret changes by a link far up its path. Only regular files are read: a pipe
 * that nobody writes to would never answer. What can't be used, and still
 * can't at the next look, is said once; what was in use before stays in use.
 */
export class Certificates {
  private readonly options: CertificatesOptions;
  private credentials: Credentials;
  /** What was wrong at the last look, and what was said last. */
  private fault = '';
  private said = '';
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<boolean> | undefined;
  private listener: (credentials: Credentials) => void = () => undefined;

  private constructor(options: CertificatesOptions, credentials: Credentials) {
    this.options = options;
    this.credentials = credentials;
  }

  /** Reads the files. @throws config.invalid for what TLS can't use; not_found, io.failed, limit.exceeded */
  static async open(options: CertificatesOptions): Promise<Certificates> {
    const credentials = await readCredentials(options);
    const certificates = new Certificates(options, credentials);
    certificates.warnOfDates();
    return certificates;
  }

  /** What was last read and could be used. */
  get current(): Credentials {
    return this.credentials;
  }

  /** Looks at the files again and again until `close`, and tells `listener` when what they hold has changed. */
  watch(listener: (credentials: Credentials) => void = () => undefined): this {
    this.listener = listener;
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      void this.look();
    }, this.options.pollMs ?? POLL_MS).unref();
    return this;
  }

  /** Looks at the files now. True when they held something new that can be used. Never throws: what is wrong is logged. */
  look(): Promise<boolean> {
    this.looking ??= this.reload().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  /** Looks no more. */
  close(): void {
    clearInterval(this.timer);
  }

  private async reload(): Promise<boolean> {
    const { logger, names } = this.options;
    try {
      const read = await readCredentials(this.options);
      [this.fault, this.said] = ['', ''];
      if (isSame(read, this.credentials)) return false;
      this.listener(read);
      this.credentials = read;
    } catch (thrown) {
      this.refuse(AffidavitError.from(thrown, 'config.invalid', `TLS with ${named(names)}`));
      return false;
    }
    logger.info({ ...names, notAfter: this.ends() }, 'TLS files were read anew: new connections use them');
    this.warnOfDates();
    return true;
  }

  /** Files are replaced one after the other: what is wrong only for a moment is nothing to look at. */
  private refuse({ code, message }: AffidavitError): void {
    const isLasting = message === this.fault;
    this.fault = message;
    if (!isLasting || message === this.said) return;
    this.said = message;
    const { logger } = this.options;
    logger.error({ code, reason: message }, 'new TLS files can not be used; the ones before stay in use');
  }

  private ends(): string | undefined {
    const { cert } = this.credentials;
    return cert === undefined ? undefined : new X509Certificate(cert).validToDate.toISOString();
  }

  private warnOfDates(): void {
    const { clock, logger, names } = this.options;
    const { cert } = this.credentials;
    if (cert === undefined) return;
    const { validFromDate, validToDate } = new X509Certificate(cert);
    const nowMs = clock.nowUs() / 1000;
    if (nowMs >= validFromDate.getTime() && nowMs <= validToDate.getTime()) return;
    const dates = { notBefore: validFromDate.toISOString(), notAfter: validToDate.toISOString() };
    logger.warn(
      { certFile: names.certFile, ...dates },
      'our certificate has expired, or is not valid yet: peers refuse it',
    );
  }
}

function named({ certFile, keyFile, caFile }: CertificateFiles): string {
  return [certFile, keyFile, caFile].filter((name) => name !== undefined && name !== '').join(', ');
}

function isSame(one: Credentials, other: Credentials): boolean {
  return (['cert', 'key', 'ca'] as const).every((name) => {
    const [a, b] = [one[name], other[name]];
    return a === undefined || b === undefined ? a === b : a.equals(b);
  });
}

async function readCredentials({ names, files }: CertificatesOptions): Promise<Credentials> {
  const read = async (path = ''): Promise<Buffer | undefined> =>
    path === '' ? undefined : Buffer.from(await files.readFile(path, MAX_PEM_BYTES));
  const [cert, key, ca] = [await read(names.certFile), await read(names.keyFile), await read(names.caFile)];
  const credentials: Credentials = {
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(ca === undefined ? {} : { ca }),
  };
  try {
    checkCertificates(credentials);
    // Parses them as a connection would, and refuses a key that is another certificate's.
    createSecureContext(credentials);
  } catch (thrown) {
    throw AffidavitError.from(thrown, 'config.invalid', `TLS with ${named(names)}`);
  }
  return credentials;
}

/** A secure context takes a file without any certificate in silence: then every peer would be refused, or none known. */
function checkCertificates({ cert, ca }: Credentials): void {
  for (const [what, pem] of Object.entries({ 'certificate file': cert, 'authority file': ca })) {
    if (pem === undefined) continue;
    const found = pem.toString('latin1').match(PEM_CERTIFICATE) ?? [];
    if (found.length === 0) throw new Error(`the ${what} holds no certificate (PEM)`);
    for (const each of found) new X509Certificate(each);
  }
}
