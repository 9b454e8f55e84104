const MAX_NEAREST = 3;

/** The known names that a name was probably meant to be, nearest first. All are words with `_` between them. */
export function nearest(name: string, known: readonly string[]): string[] {
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(name, candidate) }))
    .toSorted((a, b) => a.distance - b.distance);
  const closest = ranked[0]?.distance ?? 0;
  return ranked
    .filter((other) => other.distance <= closest + 1)
    .slice(0, MAX_NEAREST)
    .map(({ candidate }) => candidate);
}

/** A name that was left unfinished, or without its section, is as near as one with a typing error. */
function distance(name: string, candidate: string): number {
  const words = (text: string): string => `_${text}_`;
  return words(candidate).includes(words(name)) ? 1 : editDistance(name, candidate);
}

/** Fewest characters to insert, leave out or replace (Levenshtein), a row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const replaced = (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
