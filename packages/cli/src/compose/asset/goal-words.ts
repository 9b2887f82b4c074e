/** Words that say nothing about what a goal is about. */
const empty = new Set(
  'about add after all and any are before but can change code each else every file files for from has have instead into its make more new not only other our over replace should than that the their them then these they this those use uses using was were what when where which while will with without you your'.split(
    ' ',
  ),
);

/** Words of paths that say nothing about what is in there. */
const emptyInPaths = new Set(
  'src lib app apps packages index main test tests spec specs fixtures docs common shared core utils helpers types tsx jsx mjs cjs mts cts json'.split(
    ' ',
  ),
);

/** The beginnings of words: "migrate" and "migration" are about the same. */
const stem = (word: string): string => word.slice(0, 5);

const wordsOf = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}_]{3,}/gu) ?? []).filter((word) => !empty.has(word));

const stemsOf = (text: string): ReadonlySet<string> => new Set(wordsOf(text).map(stem));

/** How many words of a goal a description shares; 0 where it is about something else. */
export function sharedWords(goal: string, description: string): number {
  const said = stemsOf(description);
  return [...stemsOf(goal)].filter((word) => said.has(word)).length;
}

/** Whether a goal says a name, such as that of a template: its words one after the other, the last one also in the plural. */
export function saysName(goal: string, name: string): boolean {
  const words = wordsOf(name).join(' ');
  const said = ` ${wordsOf(goal).join(' ')} `;
  return words !== '' && (said.includes(` ${words} `) || said.includes(` ${words}s `));
}

/** Makes the test whether a goal is about a file: it names the file or a folder around it, or shares a word with its path. */
export function aboutPaths(goal: string): (path: string) => boolean {
  const said = stemsOf(goal);
  const named = (goal.match(/[\w@.-]*[\w-](?:\/[\w@.-]+)*\/?/g) ?? [])
    .filter((text) => /[./]/.test(text))
    .map((text) => text.replace(/^\.\//, '').replace(/[./]+$/, ''));
  return (path) => {
    if (named.some((text) => text !== '' && `/${path}/`.includes(`/${text}/`))) return true;
    const parts = path.replace(/([a-z\d])([A-Z])/g, '$1 $2').replaceAll('_', ' ');
    return wordsOf(parts).some((word) => !emptyInPaths.has(word) && said.has(stem(word)));
  };
}
