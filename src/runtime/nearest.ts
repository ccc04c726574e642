/** The one of `words` that is most like `word`, whatever the case and the separators, and whether it is near enough to be meant. */
export function nearestTo(
  word: string,
  words: readonly string[],
): { readonly word: string | undefined; readonly isNear: boolean } {
  const distances = words.map((other) => distance(plain(word), plain(other)));
  const least = Math.min(...distances);
  return { word: words[distances.indexOf(least)], isNear: least <= MOST_EDITS };
}

/** The one of `words` that `word` most probably misspells, if there is one. */
export const misspelt = (word: string, words: readonly string[]): string | undefined =>
  words.find((other) => edits(plain(word), plain(other)) <= MOST_EDITS);

const MOST_EDITS = 2;

const plain = (word: string): string => word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** The cost of a letter that is missing at the beginning or the end. It is low, so that `timeout` is near to `timeoutMillis`. */
const AFFIX = 0.2;

function distance(a: string, b: string): number {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length > 3 && long.includes(short)) return (long.length - short.length) * AFFIX;
  return edits(a, b);
}

/** How many letters have to be changed, added, left out or swapped with the next one. */
function edits(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? at(before, j - 2) + 1 : changed;
      row.push(Math.min(changed, swapped, at(last, j) + 1, at(row, j - 1) + 1));
    }
    [before, last] = [last, row];
  }
  return at(last, b.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? 0;
