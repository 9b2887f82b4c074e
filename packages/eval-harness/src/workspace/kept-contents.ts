import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ContentKind } from './tree-stamps.js';

/** A file of a saved state. */
export interface KeptFile {
  readonly kind: ContentKind;
  /** Of what it holds; of a link, of where it leads to. */
  readonly digest: string;
}

/**
 * What files held, by digests, in a folder of its own. Not asynchronous, as {@link stampsOf} is not; and not in memory, as the more of it a
 * process has, the longer it takes to start another one.
 */
export class KeptContents {
  readonly #dir: string;

  constructor(dir: string) {
    mkdirSync(dir, { recursive: true });
    this.#dir = dir;
  }

  keep(place: string, kind: ContentKind): KeptFile {
    const content = kind === 'link' ? Buffer.from(readlinkSync(place)) : readFileSync(place);
    const digest = createHash('sha256').update(content).digest('hex');
    const kept = path.join(this.#dir, digest);
    if (!existsSync(kept)) writeFileSync(kept, content);
    return { kind, digest };
  }

  read(digest: string): Buffer {
    return readFileSync(path.join(this.#dir, digest));
  }

  /** Writes a file where nothing is yet. */
  write({ kind, digest }: KeptFile, place: string): void {
    mkdirSync(path.dirname(place), { recursive: true });
    if (kind === 'link') {
      symlinkSync(this.read(digest), place);
      return;
    }
    // With the mode that a new file has for this user, and not that of a copy.
    writeFileSync(place, this.read(digest), { flag: 'wx', mode: kind === 'program' ? 0o777 : 0o666 });
  }
}
