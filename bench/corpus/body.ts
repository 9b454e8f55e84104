import type { Entity } from './entities.ts';

/** A place that is labelled. `isEncoded`: what stands there is base64 of the value, or a number in binary form. */
export interface Label {
  readonly entity: Entity;
  readonly start: number;
  readonly end: number;
  /** The text between the offsets, as it stands in the body. */
  readonly value: string;
  readonly isEncoded: boolean;
}

/** How a body comes that isn't simply its text in UTF-8. */
export interface Wire {
  readonly bytes: Uint8Array;
  /** Value of `content-encoding`. */
  readonly contentEncoding?: string;
  /** Value of `grpc-encoding`. */
  readonly messageEncoding?: string;
  /** Of the request. */
  readonly path?: string;
  /** The protocol after an upgrade. */
  readonly upgrade?: string;
  /** A google.protobuf.FileDescriptorSet that names the types of the path's method. */
  readonly descriptors?: Uint8Array;
}

/** Where a body is from: put together field by field, in the shape of a public interface, or without any context. */
export type Style = 'generated' | 'interfaces' | 'bare';

/** A body with its labels. */
export interface LabelledBody {
  readonly id: number;
  readonly style: Style;
  /** Name of the way it was made: `flatJson`, `soap`, `payments`, … */
  readonly format: string;
  readonly contentType: string;
  /**
   * What the labels' offsets are places in, in UTF-16 code units: the decoded body. Of gRPC, protobuf and WebSocket a
   * character for each byte, messages decompressed, unmasked and in one frame each.
   */
  readonly text: string;
  readonly wire?: Wire | undefined;
  /** What must be found. */
  readonly labels: readonly Label[];
  /** What may be found or not. */
  readonly optional: readonly Label[];
  /** What looks like `entity` and isn't. */
  readonly negatives: readonly Label[];
}
