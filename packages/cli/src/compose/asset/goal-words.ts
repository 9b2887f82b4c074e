/** Words that say nothing about what a goal is about. */
const empty = new Set(
  'about add after all and any are before but can change code each else every file files for from has have instead into its make more new not only other our over replace should than that the their them then these they this those use uses using was were what when where which while will with without you your'.split(
    ' ',
  ),
);

/** The beginnings of words: "migrate" and "migration" are about the same. */
const stem = (word: string): string => word.slice(0, 5);

const wordsOf = (text: string): ReadonlySet<string> =>
  new Set((text.toLowerCase().match(/[\p{L}\p{N}_]{3,}/gu) ?? []).filter((word) => !empty.has(word)).map(stem));

/** How many words of a goal a description shares; 0 where it is about something else. */
export function sharedWords(goal: string, description: string): number {
  const said = wordsOf(description);
  return [...wordsOf(goal)].filter((word) => said.has(word)).length;
}
