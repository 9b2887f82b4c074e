import { git, makeScratchFolder, removeTree } from '@codex-orch/core';

/** Two contents of one file. */
export interface TextPair {
  /** Relative to the repository. */
  readonly path: string;
  readonly before: Buffer;
  readonly after: Buffer;
  readonly isExecutable: boolean;
}

/** Two patches for `git apply`. */
export interface Patches {
  readonly forward: Buffer;
  readonly reverse: Buffer;
}

/** The patches that lead from one content of each file to the other, and back; empty for no files. */
export async function diffTexts(files: readonly TextPair[], signal?: AbortSignal): Promise<Patches> {
  if (files.length === 0) return { forward: Buffer.alloc(0), reverse: Buffer.alloc(0) };
  // A git directory of its own: no setting, attribute or filter of the repository has a say in what the patch is.
  const gitDir = await makeScratchFolder('patch');
  try {
    const at = { cwd: gitDir, gitDir, signal };
    await git(['init', '--quiet', '--bare', '.'], at);
    await git(['fast-import', '--quiet'], { ...at, input: importStream(files) });
    const how = ['-p', '--text', '--full-index', '--no-renames', '--no-color', '--no-ext-diff', '--no-textconv'];
    const sides = ['refs/heads/before', 'refs/heads/after'];
    return {
      forward: await git(['diff-tree', ...how, ...sides], at),
      reverse: await git(['diff-tree', ...how, ...sides.toReversed()], at),
    };
  } finally {
    await removeTree(gitDir);
  }
}

function importStream(files: readonly TextPair[]): Buffer {
  const parts: Buffer[] = [];
  for (const side of ['before', 'after'] as const) {
    parts.push(Buffer.from(`commit refs/heads/${side}\ncommitter x <x> 0 +0000\ndata 0\n`));
    for (const file of files) {
      const mode = file.isExecutable ? '100755' : '100644';
      parts.push(Buffer.from(`M ${mode} inline ${quote(file.path)}\ndata ${file[side].length}\n`), file[side]);
      parts.push(Buffer.from('\n'));
    }
  }
  return Buffer.concat(parts);
}

const quote = (name: string): string =>
  `"${name.replaceAll(/["\\\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))}"`;
