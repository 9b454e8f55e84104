import { once } from 'node:events';
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { silentLogger } from '../../src/runtime/index.ts';
import type { Logger } from '../../src/runtime/index.ts';
import type { Issued } from './certificates.ts';

/** How a client connects. */
export interface TlsClient {
  readonly port: number;
  /** Who must have issued the server's certificate. */
  readonly authority: Issued;
  /** The certificate that it shows, if any. */
  readonly shown?: Issued | undefined;
  readonly protocol: string;
}

/** A connection of a client, its handshake done. In TLS 1.3 the server may still refuse its certificate. */
export async function connectTls({ port, authority, shown, protocol }: TlsClient): Promise<TLSSocket> {
  const pair = shown === undefined ? {} : { cert: shown.certificate, key: shown.key };
  const socket = connect({ host: '127.0.0.1', port, ca: authority.certificate, ALPNProtocols: [protocol], ...pair });
  await once(socket, 'secureConnect');
  return socket;
}

/** The name in the certificate that the server shows to a new connection. */
export async function nameShown(client: TlsClient): Promise<string> {
  const socket = await connectTls(client);
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

/** Resolves once the server has ended the connection, with an alert or without. */
export async function untilRefused(client: TlsClient): Promise<void> {
  const socket = await connectTls(client);
  await new Promise<void>((resolve) => {
    socket
      .on('error', () => undefined)
      .on('close', () => {
        resolve();
      });
    socket.resume();
  });
}

/** A logger that keeps its lines: `warn <message>`. */
export function keptLog(): { readonly lines: string[]; readonly logger: Logger } {
  const lines: string[] = [];
  const keep = (level: string) => (_fields: object, message: string) => lines.push(`${level} ${message}`);
  return { lines, logger: { ...silentLogger, info: keep('info'), warn: keep('warn'), error: keep('error') } };
}
