import type { Scope, Walker } from '../engine.ts';
import type { Output } from '../findings.ts';
import { redactGraphql } from './graphql.ts';
import { TextScanner } from './text.ts';

/** Walks a GraphQL document; one that is too long to be held, was cut off, or is none, as running text. */
export class GraphqlWalker implements Walker {
  readonly failure = undefined;
  readonly #scope: Scope;
  readonly #output: Output;
  #held = '';
  #scanner: TextScanner | undefined;

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
  }

  get bufferedBytes(): number {
    return this.#held.length + (this.#scanner?.bufferedBytes ?? 0);
  }

  push(text: string): void {
    if (this.#scanner !== undefined) this.#scanner.push(text);
    else {
      this.#held += text;
      if (this.#held.length > this.#scope.engine.limits.maxValueBytes) this.#scan();
    }
  }

  end(early: boolean): void {
    const replaced = this.#scanner === undefined && !early ? redactGraphql(this.#held, this.#scope) : undefined;
    if (replaced !== undefined) this.#output.replace(replaced.redacted, replaced.original);
    else (this.#scanner ?? this.#scan()).end(early);
  }

  #scan(): TextScanner {
    const scanner = new TextScanner(this.#scope, this.#output);
    this.#scanner = scanner;
    scanner.push(this.#held);
    this.#held = '';
    return scanner;
  }
}
