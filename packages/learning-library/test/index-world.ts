import path from 'node:path';
import type { z } from 'zod';
import type { assetSchema } from '../src/index.js';
import { renameEdits, put } from './world.js';
import { temporaryFolder } from './temporary-folder.js';

export type Entry = z.input<typeof assetSchema>;

/** An entry of an index for the codemod of {@link installed}. */
export const entry = (more: Partial<Entry> = {}): Entry => ({
  id: 'rename-edits',
  kind: 'codemod',
  version: '1.2.0',
  title: 'Rename oldName',
  whenToUse: 'Where oldName is called.',
  package: 'renames',
  module: './rename-edits',
  docs: './docs/rename-edits.md',
  risk: 'low',
  languages: ['javascript'],
  fixtures: { path: './fixtures/rename-edits', kinds: { positive: 1, negative: 1, crlf: 1 }, derived: ['idempotent'] },
  safety: { class: 'guarded', declines: [{ reason: 'told-so', when: 'The line says so.' }] },
  prefilter: ['oldName'],
  status: 'candidate',
  owner: 'ada',
  last_review: '2026-11-01',
  ...more,
});

export const indexText = (assets: readonly Entry[]): string =>
  `${JSON.stringify({ schemaVersion: 1, assets }, undefined, 2)}\n`;

/** A folder with an index, the package that it names installed beside it, documentation and fixtures. Gives the index's path. */
export async function installed(assets: readonly Entry[] = [entry()]): Promise<string> {
  const folder = await temporaryFolder();
  await put(folder, {
    'index.json': indexText(assets),
    'docs/rename-edits.md': '# rename-edits\n',
    'fixtures/rename-edits/plain.input.js': 'oldName();\n',
    'fixtures/rename-edits/plain.output.js': 'newName();\n',
    'fixtures/rename-edits/other.input.js': 'other();\r\n',
    'fixtures/rename-edits/other.output.js': 'other();\r\n',
    'node_modules/renames/package.json': JSON.stringify({
      name: 'renames',
      version: '1.2.0',
      type: 'module',
      exports: { './*': './dist/*.js' },
    }),
    'node_modules/renames/dist/rename-edits.js': renameEdits,
  });
  return path.join(folder, 'index.json');
}
