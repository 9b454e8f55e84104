import type { WireReader } from '../record/index.ts';
import { readersOf } from './field-readers.ts';
import { isConfiguredName, shaped } from './shapes.ts';

/** The Envoy that sends a log or its counters: `envoy.config.core.v3.Node` (proto/envoy/config/core/v3/base.proto). */
export interface EnvoyNode {
  readonly nodeId: string;
  readonly nodeCluster: string;
}

/** What is read while a message is. */
export type MutableNode = { -readonly [K in keyof EnvoyNode]: string };

/** A name of Envoy's configuration; empty when it has another shape. */
export const configuredName = (reader: WireReader): string => shaped(reader.name(), isConfiguredName);

/** Readers of a node; its list of extensions, tens of kB, is passed over. */
export const NODE = readersOf<MutableNode>({
  1: (reader, found) => (found.nodeId = configuredName(reader)),
  2: (reader, found) => (found.nodeCluster = configuredName(reader)),
});
