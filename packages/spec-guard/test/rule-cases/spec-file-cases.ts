import { file, goodSpec, indexFile, specFile, world } from '../world.js';
import { good, one, type RuleCases, specPath } from './rule-cases.js';

const task = { id: 't-1', slug: 't', title: 'T', status: 'planned' };
const related = goodSpec({ relates_to: ['t-1', 'long-gone'] });

export const specFileCases: Readonly<Record<string, RuleCases>> = {
  SG005: {
    failing: {
      'a text where a list belongs': {
        input: world({ specs: [file(specPath, good.spec.text.replace(/covers: .*/, 'covers: packages/core/**'))] }),
        says: /"covers" is a text, not a list/,
        at: `${specPath}:7:9`,
      },
    },
    passing: { 'all fields': world() },
  },
  SG008: {
    failing: {
      'an id that nobody has': { input: one({ relates_to: ['0099'] }), says: /0099/, at: `${specPath}:5:13` },
      'a task that the change takes out of the registry, of a spec that it does not touch': {
        input: world({
          specs: [related.spec],
          index: indexFile([related.entry]),
          base: { index: indexFile([related.entry], [task]) },
          changes: [],
        }),
        says: /relates to t-1, which/,
        at: `${specPath}:5:13`,
      },
    },
    passing: {
      'a task': world({
        specs: [specFile({ relates_to: ['t-1'] })],
        index: indexFile([], [task]),
      }),
      itself: one({ relates_to: ['0001'] }),
    },
  },
  SG012: {
    failing: {
      'a symbolic link': {
        input: world({ specs: [{ path: specPath, text: '', irregular: 'symlink' }] }),
        says: /a symbolic link.*It governs packages\/core\/run.ts/,
      },
      'an entry outside of the folder': {
        input: world({
          index: indexFile([good.entry, { ...good.entry, id: '2', path: '../../etc/spec.md' }]),
          base: { index: indexFile([]) },
        }),
        says: /outside of tasks\/specs/,
      },
    },
    passing: { 'a file': world() },
  },
};
