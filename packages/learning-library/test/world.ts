import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { digestModule, type RunnableAsset } from '../src/index.js';
import { temporaryFolder } from './temporary-folder.js';

export const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], { cwd, encoding: 'utf8' });

/** A repository with these files committed. */
export async function repository(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const root = await temporaryFolder();
  git(root, 'init', '--quiet');
  await put(root, files);
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '--allow-empty', '--message=start');
  return root;
}

export async function put(root: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

export const read = (root: string, name: string): Promise<string> => readFile(path.join(root, name), 'utf8');

/** An asset with this text as its module. */
export async function asset(source: string, more: Partial<RunnableAsset> = {}): Promise<RunnableAsset> {
  const module = path.join(await temporaryFolder(), `${more.id ?? 'asset'}.mjs`);
  await writeFile(module, source);
  return {
    id: 'asset',
    version: '1.0.0',
    module,
    sha256: await digestModule(module),
    prefilter: [],
    languages: ['javascript', 'typescript'],
    idempotent: false,
    ...more,
  };
}

/** Renames `oldName` to `newName`, as a plain transform of jscodeshift. */
export const rename = `export default function transform(file, { j }) {
  const root = j(file.source);
  const found = root.find(j.Identifier, { name: 'oldName' });
  if (found.length === 0) return undefined;
  return found.forEach((path) => { path.node.name = 'newName'; }).toSource();
}
`;

/** The same as minimal edits. */
export const renameEdits = `export const codemod = {
  id: 'rename-edits',
  prefilter: ['oldName'],
  transform({ source }) {
    const declined = [];
    const output = source.replaceAll(/\\boldName\\b( declines)?/g, (text, declines, at) => {
      if (!declines) return 'newName';
      declined.push({ reason: 'told-so', message: 'It says so.', line: source.slice(0, at).split('\\n').length, column: 1 });
      return text;
    });
    return { source: output, changes: source.split('oldName').length - output.split('oldName').length, declined };
  },
};
export default (file) => codemod.transform(file).source;
`;
