import { chmodSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { removeTree } from '@codex-orch/core';
import { foldersIn, stampOf } from './tree-stamps.js';

export type FolderStamps = ReadonlyMap<string, string | undefined>;

/** What a folder was when it had been in nobody's hands but ours. */
export interface TrustedTree {
  /** Of each folder in it. */
  readonly folders: FolderStamps;
  /** Whether a file is as it was then, and what it has to be. */
  readonly isClean: (file: string) => boolean;
}

/** Takes the stamps of all folders in a tree. */
export const folderStampsOf = (tree: string, ignored: ReadonlySet<string>): FolderStamps =>
  new Map([...foldersIn(tree, ignored)].map((folder) => [folder, stampOf(path.join(tree, folder))]));

/**
 * Removes all of a tree that somebody may have left a word in: each file that is not clean, each folder that is not wanted, and what is
 * wanted of the folders but was touched, which are made anew. Who wrote all of it anew would do more: a file system takes ever longer to
 * make files where many were removed a moment ago.
 *
 * @param wanted folders
 * @param kept names at the top that stay
 */
export async function tidyTree(
  tree: string,
  trusted: TrustedTree,
  { wanted, kept }: { readonly wanted: ReadonlySet<string>; readonly kept: readonly string[] },
): Promise<void> {
  const visit = async (folder: string): Promise<void> => {
    const place = path.join(tree, folder);
    const isTouched = folder !== '' && stampOf(place) !== trusted.folders.get(folder);
    if (isTouched) chmodSync(place, 0o700);
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (folder === '' && kept.includes(name)) continue;
      if (!entry.isDirectory()) {
        if (!trusted.isClean(name)) rmSync(path.join(tree, name));
      } else if (wanted.has(name)) await visit(name);
      else await removeTree(path.join(tree, name));
    }
    if (isTouched) makeAnew(place, `${tree}-aside`);
  };
  await visit('');
}

/** Whoever touched a folder may have left it other rights or attributes than it had. */
function makeAnew(folder: string, aside: string): void {
  renameSync(folder, aside);
  mkdirSync(folder);
  for (const name of readdirSync(aside)) renameSync(path.join(aside, name), path.join(folder, name));
  rmdirSync(aside);
}
