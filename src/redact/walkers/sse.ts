import { redactValue, type Scope, type Walker } from '../engine.ts';
import type { Output } from '../findings.ts';
import { TextScanner } from './text.ts';

const DATA_JSON = /^data: ?(?=[[{])/;

/**
 * Walks server-sent events (WHATWG HTML, 9.2) line by line: data that is a whole JSON value as JSON, everything else
 * as running text. Holds one line at most; longer ones are running text.
 */
export class EventWalker implements Walker {
  readonly failure = undefined;
  readonly #scope: Scope;
  readonly #output: Output;
  readonly #scanner: TextScanner;
  #line = '';
  #isLong = false;

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
    this.#scanner = new TextScanner(scope, output);
  }

  get bufferedBytes(): number {
    return this.#line.length + this.#scanner.bufferedBytes;
  }

  push(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#piece(text.slice(start, end));
      this.#endLine('\n');
      start = end + 1;
    }
    this.#piece(text.slice(start));
  }

  end(early: boolean): void {
    if (early) this.#scanner.push(this.#line);
    else this.#endLine('');
    this.#line = '';
    this.#scanner.end(early);
  }

  #piece(text: string): void {
    if (this.#isLong) {
      this.#scanner.push(text);
      return;
    }
    this.#line += text;
    if (this.#line.length <= this.#scope.engine.limits.maxValueBytes) return;
    this.#isLong = true;
    this.#scanner.push(this.#line);
    this.#line = '';
  }

  #endLine(newline: string): void {
    const line = this.#line;
    const field = this.#isLong ? null : DATA_JSON.exec(line);
    if (field === null) this.#scanner.push(line + newline);
    else {
      const end = line.endsWith('\r') ? line.length - 1 : line.length;
      const data = line.slice(field[0].length, end);
      const replaced = redactValue(data, undefined, this.#scope) ?? { redacted: data, original: data };
      this.#output.copy(field[0]);
      this.#output.replace(replaced.redacted, replaced.original);
      this.#output.copy(line.slice(end) + newline);
    }
    this.#line = '';
    this.#isLong = false;
  }
}
