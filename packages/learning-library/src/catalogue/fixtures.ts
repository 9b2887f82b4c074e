import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { fixtureKinds } from './asset-entry.js';

type Counts = Record<(typeof fixtureKinds)[number], number>;

/**
 * How many fixtures of each kind are in a folder; undefined where there is no such folder.
 *
 * A fixture is a file `NAME.input.EXT` with `NAME.output.EXT` beside it: negative where the two are equal or there is no output. One with CRLF line ends is of
 * that kind too. Every positive one can be run again on its output, so it counts as idempotent.
 */
export async function countFixtures(folder: string): Promise<Counts | undefined> {
  let names: string[];
  try {
    names = await readdir(folder, { recursive: true });
  } catch {
    return undefined;
  }
  const counts: Counts = { positive: 0, negative: 0, crlf: 0, idempotent: 0 };
  for (const name of names) {
    if (!/\.input\.[^/\\.]+$/.test(name)) continue;
    const input = await readFile(path.join(folder, name));
    const output = await readFile(path.join(folder, name.replace(/\.input(\.[^.]+)$/, '.output$1'))).catch(
      () => undefined,
    );
    const isPositive = output !== undefined && !output.equals(input);
    counts[isPositive ? 'positive' : 'negative'] += 1;
    if (isPositive) counts.idempotent += 1;
    if (input.includes('\r\n')) counts.crlf += 1;
  }
  return counts;
}
