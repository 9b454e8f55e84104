/** A glob in which `*` stands for any characters, as the test of a text; without a glob any text passes. */
export function globTest(glob: string | undefined): (text: string | undefined) => boolean {
  if (glob === undefined) return () => true;
  const parts = glob.split('*');
  return (text) => text !== undefined && matchesParts(parts, text);
}

/** Linear in the text for each part: each is looked for behind the one before, the last at the end. */
function matchesParts(parts: readonly string[], text: string): boolean {
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
