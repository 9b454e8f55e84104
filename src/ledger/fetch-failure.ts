import { AffidavitError } from '../record/index.ts';

const CHECK_URL = 'check host and port, and that `affidavit ledger` (or `up`) is running there';
const CHECK_SCHEME = 'check that the URL is the one that the ledger names when it opens, http or https included';

const NAME_ISSUER = 'name its authority with --ca-file, or in ledger.client.caFile';

/** By the codes of Node: what happened, and what to do about it. */
const REASONS: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  ECONNREFUSED: ['connection refused', CHECK_URL],
  ENOTFOUND: ['no such host', 'check the name in the URL'],
  EAI_AGAIN: ['the name could not be looked up', 'check the network and the name in the URL'],
  EHOSTUNREACH: ['the host can not be reached', 'check the network and the URL'],
  ENETUNREACH: ['the network can not be reached', 'check the network and the URL'],
  ECONNRESET: ['the connection was cut', `try again; ${CHECK_SCHEME}`],
  EPIPE: ['the connection was cut', 'try again'],
  ETIMEDOUT: ['timed out while connecting', CHECK_URL],
  ERR_SSL_WRONG_VERSION_NUMBER: ['it does not speak TLS', CHECK_SCHEME],
  EPROTO: ['it does not speak TLS as we do', CHECK_SCHEME],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['its certificate is self-signed', NAME_ISSUER],
  SELF_SIGNED_CERT_IN_CHAIN: ["its certificate's issuer is unknown", NAME_ISSUER],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["its certificate's issuer is unknown", NAME_ISSUER],
  UNABLE_TO_GET_ISSUER_CERT: ["its certificate's issuer is unknown", NAME_ISSUER],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["its certificate's issuer is unknown", NAME_ISSUER],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: [
    'it wants a certificate of its client',
    'set ledger.client.certFile and keyFile',
  ],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'the ledger needs a new one'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another host', 'use the name that the certificate is for'],
};

/**
 * What a failed request was: which URL, why, and what to do. The reason may lie in the causes of what was thrown.
 */
export function explainFetchFailure(url: string, thrown: unknown, timeoutMs: number): AffidavitError {
  if (thrown instanceof AffidavitError) return thrown;
  const failed = (why: string, remedy: string): AffidavitError =>
    new AffidavitError('io.failed', `can't read ${url}: ${why}; ${remedy}`, { cause: thrown });
  if (thrown instanceof Error && thrown.name === 'TimeoutError')
    return failed(`no whole answer within ${timeoutMs / 1000} s`, `try again; ${CHECK_URL}`);
  const causes = causesOf(thrown);
  for (const { code } of causes) {
    const known = code === undefined ? undefined : REASONS[code];
    if (known !== undefined) return failed(...known);
  }
  if (causes.some(({ code }) => code?.startsWith('HPE_') === true))
    return failed('it does not speak HTTP', CHECK_SCHEME);
  return failed(causes.at(-1)?.message ?? String(thrown), CHECK_SCHEME);
}

const MAX_SHOWN_LOCATION = 300;

/** What an answer that isn't the file means, a redirect included. `not_found` for a file that isn't there. */
export function explainStatus(url: string, status: number, isCheckpoint: boolean, location?: string): AffidavitError {
  if (status >= 300 && status < 400 && location !== undefined)
    return new AffidavitError(
      'io.failed',
      `can't read ${url}: it redirects to ${JSON.stringify(location.slice(0, MAX_SHOWN_LOCATION))}, which is not followed; ` +
        'give that URL if it is the one you trust',
    );
  if (status === 404 || status === 410) {
    const hint = isCheckpoint ? `; is this the URL of a ledger? ${CHECK_SCHEME}` : '';
    return new AffidavitError('not_found', `${url} is not there (status ${status})${hint}`);
  }
  const remedy =
    status >= 500 ? "the ledger's own log says why; try again later" : `is this the URL of a ledger? ${CHECK_SCHEME}`;
  return new AffidavitError('io.failed', `can't read ${url}: it answered with status ${status}; ${remedy}`);
}

interface Cause {
  code: string | undefined;
  message: string;
}

const MAX_CAUSES = 8;

/** The thrown value and what lies below it, outermost first. */
function causesOf(thrown: unknown): Cause[] {
  const causes: Cause[] = [];
  for (let at = thrown; at instanceof Error && causes.length < MAX_CAUSES;) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : undefined;
    causes.push({ code, message: at.message });
    // A host with several addresses fails with one error for each.
    at = at instanceof AggregateError && code === undefined ? (at.errors as unknown[])[0] : at.cause;
  }
  return causes;
}
