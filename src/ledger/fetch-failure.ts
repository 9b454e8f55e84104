import { AffidavitError } from '../record/index.ts';

const CHECK_URL = 'check host and port, and that `affidavit ledger` (or `up`) is running there';
const CHECK_SCHEME = 'check that the URL is the one that the ledger names when it opens, http or https included';

/** By the codes of Node and of its HTTP client (undici): what happened, and what to do about it. */
const REASONS: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  ECONNREFUSED: ['connection refused', CHECK_URL],
  ENOTFOUND: ['no such host', 'check the name in the URL'],
  EAI_AGAIN: ['the name could not be looked up', 'check the network and the name in the URL'],
  EHOSTUNREACH: ['the host can not be reached', 'check the network and the URL'],
  ENETUNREACH: ['the network can not be reached', 'check the network and the URL'],
  ECONNRESET: ['the connection was reset', `try again; ${CHECK_SCHEME}`],
  EPIPE: ['the connection was cut', 'try again'],
  ETIMEDOUT: ['timed out while connecting', CHECK_URL],
  UND_ERR_CONNECT_TIMEOUT: ['timed out while connecting', CHECK_URL],
  UND_ERR_SOCKET: ['the connection was cut', `try again; ${CHECK_SCHEME}`],
  ERR_SSL_WRONG_VERSION_NUMBER: ['it does not speak TLS', CHECK_SCHEME],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['its certificate is self-signed', 'name its issuer in NODE_EXTRA_CA_CERTS'],
  SELF_SIGNED_CERT_IN_CHAIN: ["its certificate's issuer is unknown", 'name its issuer in NODE_EXTRA_CA_CERTS'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["its certificate's issuer is unknown", 'name its issuer in NODE_EXTRA_CA_CERTS'],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'the ledger needs a new one'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another host', 'use the name that the certificate is for'],
};

/**
 * What a failed `fetch` was: which URL, why, and what to do. `fetch` itself says "fetch failed" and no more; the reason
 * lies in its causes.
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
  if (causes.some(({ name }) => name === 'HTTPParserError')) return failed('it does not speak HTTP', CHECK_SCHEME);
  return failed(causes.at(-1)?.message ?? String(thrown), CHECK_SCHEME);
}

const MAX_SHOWN_LOCATION = 300;

/** What an answer that isn't the file means, a redirect included. `not_found` for a file that isn't there. */
export function explainStatus(
  url: string,
  status: number,
  isCheckpoint: boolean,
  location: string | null = null,
): AffidavitError {
  if (status >= 300 && status < 400 && location !== null)
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
  name: string;
  code: string | undefined;
  message: string;
}

const MAX_CAUSES = 8;

/** The thrown value and what lies below it, outermost first. */
function causesOf(thrown: unknown): Cause[] {
  const causes: Cause[] = [];
  for (let at = thrown; at instanceof Error && causes.length < MAX_CAUSES;) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : undefined;
    causes.push({ name: at.name, code, message: at.message });
    // A host with several addresses fails with one error for each.
    at = at instanceof AggregateError && code === undefined ? (at.errors as unknown[])[0] : at.cause;
  }
  return causes;
}
