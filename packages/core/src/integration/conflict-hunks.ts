/** A place of a file at which two changes met, with both sides and what was there before. */
export interface ConflictPlace {
  readonly path: string;
  readonly text: string;
}

/** What is kept of one file: enough to see what it is about; the rest is in the two diffs. */
const maxHunks = 10;
const maxHunkLength = 4000;

/** The conflict hunks of a merged file, with git's markers; none where it is binary. */
export function hunksOf(path: string, content: Buffer): ConflictPlace[] {
  if (content.subarray(0, 8000).includes(0)) return [];
  const hunks: ConflictPlace[] = [];
  let open: string[] | undefined;
  for (const line of content.toString('utf8').split('\n')) {
    if (line.startsWith('<<<<<<< ')) open = [];
    open?.push(line);
    if (open && line.startsWith('>>>>>>> ')) {
      const text = open.join('\n');
      hunks.push({ path, text: text.length > maxHunkLength ? `${text.slice(0, maxHunkLength)}\n[cut]` : text });
      open = undefined;
      if (hunks.length === maxHunks) return hunks;
    }
  }
  return hunks;
}
