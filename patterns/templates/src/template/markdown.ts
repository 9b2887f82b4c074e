/** A Markdown list; one line that says what belongs here where there is nothing yet. */
export function bullets(items: readonly string[], nothingYet?: string): string {
  return (items.length === 0 && nothingYet !== undefined ? [nothingYet] : items).map((item) => `- ${item}`).join('\n');
}

export function checkboxes(items: readonly string[]): string {
  return items.map((item) => `- [ ] ${item}`).join('\n');
}

/** A cell of a table: a bar in it would begin the next one. */
export const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);

/** Lower-case words with dashes, for a path; `untitled` where the text has no letter that a path can have. */
export function slug(text: string): string {
  const words = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return words.slice(0, 60).replace(/-+$/, '') || 'untitled';
}

/** A code span, fenced with more backticks than the text has in a row. */
export function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${padding}${text}${padding}${fence}`;
}
