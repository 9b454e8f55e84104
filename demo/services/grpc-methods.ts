import { join } from 'node:path';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** `TrackRequest` of orders.proto. */
export interface TrackRequest {
  orderId: string;
  customerEmail: string;
  note: string;
}

/** `TrackReply` of orders.proto. */
export interface TrackReply {
  orderId: string;
  state: string;
  recipientEmail: string;
  note: string;
}

/** `AuthorizeRequest` of payments.proto. */
export interface AuthorizeRequest {
  orderId: string;
  cardNumber: string;
  holderEmail: string;
  amountCents: number;
  note: string;
}

/** `AuthorizeReply` of payments.proto. */
export interface AuthorizeReply {
  authorizationId: string;
  approved: boolean;
  cardNumber: string;
  note: string;
}

function load(file: string, service: string): ServiceDefinition {
  const path = join(import.meta.dirname, '..', 'proto', file);
  const definition = loadSync(path, { longs: Number, defaults: true })[service];
  // Messages have a `format`; what is left is a service.
  if (definition !== undefined && !('format' in definition)) return definition;
  throw new Error(`${path}: no service ${service}`);
}

/** The gRPC service of orders.proto. */
export const ordersService = load('orders.proto', 'demo.orders.v1.Orders');
/** The gRPC service of payments.proto. */
export const paymentsService = load('payments.proto', 'demo.payments.v1.Payments');

/** `Orders.Track`: a stream each way. */
export const trackMethod = ordersService['Track'] as MethodDefinition<TrackRequest, TrackReply>;
/** `Payments.Authorize`: one request, one reply. */
export const authorizeMethod = paymentsService['Authorize'] as MethodDefinition<AuthorizeRequest, AuthorizeReply>;
