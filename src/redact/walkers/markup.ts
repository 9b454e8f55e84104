import type { Scope, Walker } from '../engine.ts';
import { Output, type Replaced } from '../findings.ts';
import { HtmlWalker } from './html.ts';
import { isMarkup, isOfXml } from './markup-text.ts';
import { XmlWalker } from './xml.ts';

function walked(text: string, walker: Walker, output: Output): Replaced | undefined {
  walker.push(text);
  if (walker.failure === undefined) walker.end(false);
  return walker.failure === undefined ? output.take() : undefined;
}

/** Redacts a text that is markup: as XML when it is, else as HTML. Undefined for anything else. */
export function redactMarkup(text: string, scope: Scope): Replaced | undefined {
  if (!isMarkup(text)) return undefined;
  if (isOfXml(text)) {
    const before = scope.tally.mark();
    const output = new Output();
    const replaced = walked(text, new XmlWalker(scope, output), output);
    if (replaced !== undefined) return replaced;
    scope.tally.rollBack(before);
  }
  const output = new Output();
  return walked(text, new HtmlWalker(scope, output), output);
}
