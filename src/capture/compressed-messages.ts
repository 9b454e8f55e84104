import { status } from '@grpc/grpc-js';
import type { ServerInterceptor } from '@grpc/grpc-js';
import { asCall, refuse } from './grpc-calls.ts';

/**
 * Refuses calls whose messages are compressed (grpc-encoding), as gRPC asks of who doesn't support that: Envoy compresses
 * none, and a thousandth of what a message may be can unpack to all of it, outside every bound.
 */
export const refuseCompressed: ServerInterceptor = (_method, wrapped) => {
  const call = asCall(wrapped);
  const encoding: unknown = Reflect.get(call, 'incomingEncoding');
  if (encoding !== undefined && encoding !== 'identity')
    refuse(call, { code: status.UNIMPLEMENTED, details: 'messages must not be compressed' });
  return call;
};
