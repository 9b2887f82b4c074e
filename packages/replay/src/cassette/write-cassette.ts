import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { type Cassette, cassetteVersion } from './cassette.js';
import { ItemSharing } from './shared-items.js';

const linesOf = (cassette: Cassette): readonly unknown[] => {
  const header = { cassette: cassetteVersion, kind: cassette.kind, ...cassette.meta };
  if (cassette.kind === 'script') return [header, ...cassette.scenes];
  const sharing = new ItemSharing();
  return [header, ...cassette.entries.map((entry) => sharing.shorten(entry))];
};

/** Writes a cassette in one piece: readers see the old file or the new one. Throws what the file system throws. */
export async function writeCassette(path: string, cassette: Cassette): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(
        linesOf(cassette)
          .map((line) => `${JSON.stringify(line)}\n`)
          .join(''),
      );
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
