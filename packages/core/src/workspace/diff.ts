import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../fs/atomic-write.js';
import { draftName, removeDrafts } from '../fs/draft.js';
import { writeError } from '../fs/errors.js';
import { makeScratchFolder } from '../fs/scratch-folder.js';
import { type FileDigest, sha256File } from '../fs/sha256-file.js';
import { cutText } from './cut-text.js';
import { git, type GitOptions } from './git.js';
import { type ChangedFile, changedFiles, renames } from './tree-changes.js';

/** A diff in a file: what its approval is bound to, and what it changes. */
export interface WrittenDiff extends FileDigest {
  readonly files: readonly ChangedFile[];
}

// Spelled out, as defaults change between versions of git and the digest must not.
const diffArgs = [
  ...['diff-tree', '-r', '-p', '--binary', '--full-index', ...renames, '--no-color', '--no-ext-diff', '--no-textconv'],
  ...[
    '--src-prefix=a/',
    '--dst-prefix=b/',
    '--diff-algorithm=histogram',
    '--indent-heuristic',
    '--unified=3',
    '--inter-hunk-context=0',
  ],
];

/** Writes the diff between two trees into a file, which appears only when it is whole. `files` is what it changes, where that is known. */
export async function writeDiff(
  from: string,
  to: string,
  file: string,
  options: GitOptions & { readonly files?: readonly ChangedFile[] | undefined },
): Promise<WrittenDiff> {
  const drafts = `.${path.basename(file)}.`;
  const temporary = path.join(path.dirname(file), draftName(drafts));
  try {
    await removeDrafts(path.dirname(file), drafts);
    await git([...diffArgs, '--end-of-options', from, to], { ...options, stdoutTo: temporary });
    const handle = await open(temporary, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    const digest = await sha256File(temporary, options.signal);
    await rename(temporary, file);
    await syncFolder(path.dirname(file));
    return { ...digest, files: options.files ?? (await changedFiles(from, to, options)) };
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeError(file, error);
  }
}

/** A diff that was written, as it was; undefined where its file is no longer that, or has more than `maxBytes`. */
export async function readWritten(
  file: string,
  { bytes, sha256 }: FileDigest,
  maxBytes: number,
): Promise<string | undefined> {
  if (bytes > maxBytes) return undefined;
  const content = await readFile(file).catch(() => undefined);
  const isSame = content !== undefined && createHash('sha256').update(content).digest('hex') === sha256;
  return isSame ? cutText(content, maxBytes) : undefined;
}

/** The first `maxBytes` of the diff between two trees. */
export async function readDiff(from: string, to: string, maxBytes: number, options: GitOptions): Promise<string> {
  const folder = await makeScratchFolder('diff');
  try {
    const file = path.join(folder, 'diff');
    await git([...diffArgs, '--end-of-options', from, to], { ...options, stdoutTo: file });
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const head = Buffer.alloc(Math.min(size, maxBytes));
      const { bytesRead } = await handle.read(head, 0, head.length, 0);
      return cutText(head.subarray(0, bytesRead), maxBytes, size);
    } finally {
      await handle.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
