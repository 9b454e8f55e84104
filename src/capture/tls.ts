import { Server as TlsServer } from 'node:tls';
import { ServerCredentials } from '@grpc/grpc-js';
import { AffidavitError } from '../record/index.ts';
import { Certificates, logRefusals, nodeFiles } from '../runtime/index.ts';
import type { Credentials } from '../runtime/index.ts';
import type { CaptureOptions } from './options.ts';

type TlsOptions = Pick<CaptureOptions, 'tls' | 'clock' | 'logger'>;

/** The files of the server's TLS, read; undefined for none. @throws what Certificates.open throws */
export async function openCertificates({ tls, clock, logger }: TlsOptions): Promise<Certificates | undefined> {
  if (tls === undefined) return undefined;
  const { certFile, keyFile, clientCaFile = '', pollMs } = tls;
  const names = { certFile, keyFile, caFile: clientCaFile };
  return Certificates.open({ names, files: nodeFiles, clock, logger, ...(pollMs === undefined ? {} : { pollMs }) });
}

/** What grpc-js begins to listen with. */
export function serverCredentials(credentials: Credentials | undefined): ServerCredentials {
  const { cert, key, ca = null } = credentials ?? {};
  if (cert === undefined || key === undefined) return ServerCredentials.createInsecure();
  return ServerCredentials.createSsl(ca, [{ cert_chain: cert, private_key: key }], ca !== null);
}

/**
 * From now on connections get what the files hold then; those that are open stay as they are. Says in the log why
 * connections were refused.
 * @param servers what grpc-js listens with; `name` is that of the process, for the log
 * @throws internal when none of them is one that TLS can be changed of
 */
export function keepCertificates(
  certificates: Certificates,
  servers: readonly unknown[],
  { clock, logger, name }: TlsOptions & { readonly name: string },
): void {
  const secured = servers.filter((server) => server instanceof TlsServer);
  if (secured.length === 0) throw new AffidavitError('internal', 'the gRPC server has no TLS whose files could change');
  for (const server of secured) logRefusals(server, name, clock, logger);
  certificates.watch((credentials) => {
    for (const server of secured) server.setSecureContext(credentials);
  });
}
