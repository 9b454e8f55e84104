/** What a document or a piece of markup starts with. */
const OPENING = /^\s*<(?:[A-Za-z][\w.-]{0,63}(?::[\w.-]{1,63})?(?:\s|\/?>)|!--|!doctype\s|\?xml\s)/i;
const CLOSING = />\s*$/;
const FIRST_NAME = /<([A-Za-z][\w:.-]{0,63})(?:\s|\/?>)/;
/** Elements of HTML that a page, or a piece of one, starts with. */
const OF_HTML: ReadonlySet<string> = new Set(
  (
    'html head body a abbr address article aside b blockquote br button center code dd details div dl dt em fieldset ' +
    'figure font footer form h1 h2 h3 h4 h5 h6 header hr i iframe img input ins label legend li link main meta nav ol ' +
    'option p pre s script section select small span strong style sub summary sup table tbody td textarea tfoot th thead ' +
    'title tr u ul video wbr'
  ).split(' '),
);

/** True for a text that is markup from its start to its end; one look is enough for nearly all others. */
export function isMarkup(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first === 60 || first <= 32) && CLOSING.test(text.slice(-64)) && OPENING.test(text);
}

/** True for markup that isn't of a page: its elements are named for what they hold. */
export function isOfXml(text: string): boolean {
  const name = FIRST_NAME.exec(text)?.[1];
  return name !== undefined && !OF_HTML.has(name.toLowerCase());
}
