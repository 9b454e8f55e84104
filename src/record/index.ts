export { BODY_TYPES } from './bodies.ts';
export * from './errors.ts';
export * from './kinds.ts';
export * from './leaf.ts';
export * from './messages.ts';
export * from './payload-messages.ts';
export type * from './ports.ts';
export { message, type MessageOf, type MessageType } from './schema.ts';
export { WIRE, WireReader, WireWriter } from './wire.ts';
