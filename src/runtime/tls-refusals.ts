import type { Server, TLSSocket } from 'node:tls';
import type { Clock } from './clock.ts';
import { Repeats } from './log-limit.ts';
import type { Logger } from './logger.ts';

/** By the codes of OpenSSL and Node: why a connection didn't come about. */
const REASONS: Readonly<Record<string, string>> = {
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'it showed no certificate',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of another authority than those of clientCaFile',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is of another authority than those of clientCaFile',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of another authority than those of clientCaFile',
  CERT_SIGNATURE_FAILURE: 'its certificate is of another authority than those of clientCaFile',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of another authority than those of clientCaFile',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  INVALID_PURPOSE: 'its certificate is not for clients',
  ERR_SSL_HTTP_REQUEST: 'it does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks only older versions of TLS',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'it says that our certificate has expired',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not know the authority of our certificate',
};

/**
 * Logs why a server refused connections that wanted TLS: one line for each reason, the next one of the same reason 10 s
 * later, with the number of those between (`leftOut`). Connections that just end, as those of port checks do, are for the debug level.
 */
export function logRefusals(server: Server, what: string, clock: Clock, logger: Logger): void {
  const repeats = new Repeats(clock, 1);
  server.on('tlsClientError', (error, socket) => {
    const code = refusalCode(error, socket);
    const peer = socket.remoteAddress;
    if (code === undefined) {
      logger.debug({ peer }, `a connection to ${what} ended before its handshake`);
      return;
    }
    const leftOut = repeats.count(code);
    if (leftOut === undefined) return;
    const more = leftOut === 0 ? {} : { leftOut };
    logger.warn({ peer, code, ...more }, `refused a connection to ${what}: ${REASONS[code] ?? 'its handshake failed'}`);
  });
}

function refusalCode(error: Error, socket: TLSSocket): string | undefined {
  // A client's certificate that isn't accepted ends the socket without an error of its own.
  const unauthorized: unknown = socket.authorizationError;
  if (typeof unauthorized === 'string') return unauthorized;
  if (unauthorized instanceof Error) return codeOf(unauthorized) ?? unauthorized.message;
  const code = codeOf(error);
  return code === 'ECONNRESET' || code === 'EPIPE' ? undefined : (code ?? 'unknown');
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
