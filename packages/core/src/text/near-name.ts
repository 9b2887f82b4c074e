/** Names that are spelled the same but for case and what stands between words count as equal: `dependsOn`, `depends-on`. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** Longer ones are no slip of anybody's finger. */
const maxLength = 64;

/** The name that was probably meant; undefined where none is near. */
export function nearName(said: string, known: readonly string[]): string | undefined {
  if (said.length > maxLength) return undefined;
  const wanted = plain(said);
  const [best] = known
    .map((name) => ({ name, distance: distance(wanted, plain(name)) }))
    .filter((one) => one.distance <= Math.max(1, Math.floor(Math.min(wanted.length, plain(one.name).length) / 3)))
    .sort((a, b) => a.distance - b.distance);
  return best?.name;
}

/** How many letters have to be added, dropped, replaced or swapped with the next one (optimal string alignment). */
function distance(from: string, to: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: to.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : Infinity;
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced, swapped);
    }
    [before, row] = [row, next];
  }
  return row[to.length] ?? 0;
}
