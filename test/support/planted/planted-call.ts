import type { Secret } from '../../../demo/client/planted.ts';
import type { Reply, Request } from './messages.ts';
import { type Kind, needlesOf, type Values } from './values.ts';

/** A value to search for, by where it was planted. */
export interface PlantedSecret extends Secret {
  readonly call: string;
  readonly kind: Kind;
}

/** A call with planted values: what is sent, what the service answers, and what was planted. */
export interface PlantedCall {
  /** Unique. */
  readonly name: string;
  readonly request: Request;
  readonly reply: Reply;
  readonly secrets: readonly PlantedSecret[];
  /** Entities that its record has to count. */
  readonly entities: ReadonlySet<string>;
  /** Harmless texts that its payload has to hold. */
  readonly markers: readonly string[];
  /** True when it is no failure that nothing but hash and length is kept of its bodies. */
  readonly mayBeGivenUp: boolean;
  /** How it is answered; 200 unless said. */
  readonly status?: number;
  /** True when a search can't read what is recorded of it without redaction. */
  readonly isUnreadable?: boolean;
}

/** A call's key: letters, digits and dashes. */
export function keyOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

/** What to search for of the values of one side. */
export function secretsOf(
  label: string,
  call: string,
  values: Values,
  kinds: readonly Kind[],
  codeAs: (code: string) => string = (code) => code,
): PlantedSecret[] {
  return kinds.flatMap((kind) =>
    needlesOf(values, kind, codeAs).map((value) => ({ label: `${kind} of ${label}`, value, call, kind })),
  );
}
