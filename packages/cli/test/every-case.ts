/** Whether every case of a long row is tried, as `npm run torture` does, and not only those that differ most. */
export const isEveryCase = process.env['CODEX_ORCH_EVERY_CASE'] === '1';

/** The cases of a row that are tried: all, or the chosen ones. What is left to `npm run torture` is said. */
export function casesOf<T>(what: string, all: readonly T[], isChosen: (one: T, index: number) => boolean): T[] {
  const chosen = isEveryCase ? [...all] : all.filter(isChosen);
  if (chosen.length < all.length)
    console.info(`${what}: ${chosen.length} of ${all.length} cases; \`npm run torture\` tries all`);
  return chosen;
}
