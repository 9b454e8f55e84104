/** A field of a URL's query in running text, in which a plus stands for a space (WHATWG URL, 5.2). */
const FIELD = /([?&][\w.%[\]-]{1,64}=)([^&\s"'<>#\\`]{1,1024})/g;

/**
 * A text with the spaces of the queries in it, whose characters keep their places; undefined when there are none. Names, numbers and
 * addresses are parted by them: `?name=Jane+Roe&phone=030+1234567`.
 */
export function withQuerySpaces(text: string): string | undefined {
  if (!text.includes('+') || !text.includes('?')) return undefined;
  const spaced = text.replace(FIELD, (_, name: string, value: string) => name + value.replaceAll('+', ' '));
  return spaced === text ? undefined : spaced;
}
