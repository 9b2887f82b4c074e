import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SourceFile } from '../src/codemod/codemod.js';
import { CodemodSyntaxError } from '../src/codemod/errors.js';
import { codemodIds, fixturesOf, loadCodemod, passesPrefilter } from './fixtures.js';

/** Packages that are installed for this repository's own work: scripts and modules, of many hands. */
const packages = ['@openai/agents-core', 'ajv', 'eslint', 'jscodeshift', 'knip', 'lodash', 'vitest'];
const filesOfEach = 64;
const largest = 16_384;

/** Files spread evenly over a package, by their paths. */
function sampleOf(name: string): SourceFile[] {
  const folder = folderOf(name);
  const all = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?js$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !path.relative(folder, file).includes('node_modules') && statSync(file).size <= largest)
    .toSorted();
  const step = Math.max(1, Math.floor(all.length / filesOfEach));
  return all
    .filter((_, index) => index % step === 0)
    .slice(0, filesOfEach)
    .map((file) => ({ path: path.relative(folder, file), source: readFileSync(file, 'utf8') }));
}

function folderOf(name: string): string {
  for (let at = import.meta.dirname; at !== path.dirname(at); at = path.dirname(at)) {
    const folder = path.join(at, 'node_modules', name);
    if (statSync(folder, { throwIfNoEntry: false })) return folder;
  }
  throw new Error(`${name} is not installed`);
}

const fixtures = codemodIds
  .flatMap((id) => fixturesOf(id).map((each) => ({ ...each, id })))
  .map(({ id, path: name, input }) => ({ path: `${id}/${name}`, source: input }));
const sampled = packages.flatMap(sampleOf);

test('the corpus is of many files, and every prefilter lets some of them through and holds most back', async () => {
  expect(sampled.length).toBeGreaterThanOrEqual(400);
  for (const id of codemodIds) {
    const { codemod } = await loadCodemod(id);
    const passing = [...fixtures, ...sampled].filter(({ source }) => passesPrefilter(codemod, source));
    expect(passing.length, id).toBeGreaterThan(0);
    expect(passing.length, id).toBeLessThan((fixtures.length + sampled.length) / 2);
  }
});

describe.each(codemodIds)('%s', async (id) => {
  const { codemod } = await loadCodemod(id);

  test('has nothing to do and nothing to say where its prefilter holds a file back', () => {
    for (const file of [...fixtures, ...sampled]) {
      if (passesPrefilter(codemod, file.source)) continue;
      const { source, changes, declined } = unfiltered(file);
      expect({ changed: source !== file.source, changes, declined }, file.path).toEqual({
        changed: false,
        changes: 0,
        declined: [],
      });
    }
  });

  /** As if there were no prefilter; what cannot be parsed is left alone either way. */
  function unfiltered(file: SourceFile) {
    try {
      return codemod.transform(file);
    } catch (error) {
      if (error instanceof CodemodSyntaxError) return { source: file.source, changes: 0, declined: [] };
      throw error;
    }
  }
});
