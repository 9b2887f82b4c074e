import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { ApplicationFile } from './application.js';
import { diffTexts } from './diff-texts.js';
import type { Transformed } from './findings.js';
import { splitPatch } from './patch.js';
import { sha256Of } from './sha256.js';

/** What is to be written, and how to take it back. */
export interface PlannedChanges {
  readonly files: readonly ApplicationFile[];
  /** New contents, in the order of `files`. */
  readonly contents: readonly Buffer[];
  /** From the old contents to the new. */
  readonly patch: Buffer;
  /** From the new contents to the old. */
  readonly reversePatch: Buffer;
}

/** Works out both patches of changed files. */
export async function planChanges(
  root: string,
  changed: readonly Transformed[],
  signal?: AbortSignal,
): Promise<PlannedChanges> {
  const sorted = changed
    .map((file) => ({ file, name: Buffer.from(file.path) }))
    // As git orders them, so that each finds its part of the patch.
    .sort((a, b) => a.name.compare(b.name))
    .map(({ file }) => file);
  const pairs = sorted.map(({ path: name, before, after }) => ({
    path: name,
    before,
    after,
    isExecutable: isExecutable(root, name),
  }));
  const { forward: patch, reverse: reversePatch } = await diffTexts(pairs, signal);
  const parts = splitPatch(reversePatch);
  const files = sorted.map(({ path: name, before, after, assets }, index) => ({
    path: name,
    before: { sha256: sha256Of(before), bytes: before.length },
    after: { sha256: sha256Of(after), bytes: after.length },
    patch: parts[index] ?? { start: 0, end: 0 },
    assets: [...assets],
    outcome: 'planned' as const,
  }));
  return { files, contents: sorted.map(({ after }) => after), patch, reversePatch };
}

/** A file that is gone by now will not be written anyway. */
const isExecutable = (root: string, name: string): boolean =>
  ((lstatSync(path.join(root, name), { throwIfNoEntry: false })?.mode ?? 0) & 0o100) !== 0;
