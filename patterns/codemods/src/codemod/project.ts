import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SourceFile } from './codemod.js';

const wanted = /(?:\.[cm]?[jt]sx?|^package\.json)$/;
const skipped = new Set(['node_modules', '.git']);

/** The programs and manifests of a project, its dependencies left out, by paths from its folder. */
export function* readProject(folder: string): Generator<SourceFile> {
  const entries = readdirSync(folder, { recursive: false, withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory() && !skipped.has(entry.name)) yield* readProject(name);
    else if (entry.isFile() && wanted.test(entry.name)) yield { path: name, source: readFileSync(name, 'utf8') };
  }
}
