import { contentSha256 } from '../../src/index.js';
import { file, indexFile, modified, specFile, specText, world } from '../world.js';
import { good, one, type RuleCases, specPath } from './rule-cases.js';

export const registryCases: Readonly<Record<string, RuleCases>> = {
  SG002: {
    failing: {
      'no entry': {
        input: world({ index: indexFile([]) }),
        says: /not registered/,
        at: `${specPath}:1:-`,
        fix: `codex-orch spec register ${specPath}`,
      },
    },
    passing: { 'an entry': world() },
  },
  SG009: {
    failing: {
      'two files with one id': {
        input: world({ specs: [good.spec, file('tasks/specs/other.md', good.spec.text)] }),
        says: /0001, is that of tasks\/specs\/0001-spec.md too/,
        at: 'tasks/specs/other.md:2:5',
      },
      'two entries with one id': {
        input: world({ index: indexFile([good.entry, { ...good.entry, path: 'tasks/specs/other.md' }]) }),
        says: /Two entries of "specs" have the id 0001/,
      },
      'two paths that differ in letters': {
        input: world({ specs: [good.spec, file('tasks/specs/0001-SPEC.md', specText({ id: '0002' }))] }),
        says: /in other letters/,
      },
    },
    passing: { 'two ids': world({ specs: [good.spec, specFile({ id: '0002' })] }) },
  },
  SG010: {
    failing: {
      'another status': { input: one({}, { status: 'done' }), says: /about status/, fix: 'codex-orch guard --fix' },
      'another hash': { input: one({}, { sha256: '0'.repeat(64) }), says: /about sha256/ },
      'another review date': {
        input: one({}, { last_review: '2026-11-21' }),
        says: /last_review/,
        fix: 'codex-orch spec review 0001',
      },
      'a file that is not there': {
        input: world({ specs: [], changes: [modified(specPath, { status: 'deleted' })] }),
        says: /0001, tasks\/specs\/0001-spec.md, is not there/,
      },
    },
    passing: {
      'the same': one({}, { sha256: contentSha256(good.spec.text) }),
      'nothing about what is optional': world(),
    },
  },
  SG011: {
    failing: {
      'broken JSON': {
        input: world({ index: file('tasks/index.json', '{\n  "specs": [,]\n}\n') }),
        says: /is broken: it is no JSON/,
        at: 'tasks/index.json:2:13',
      },
      'an entry of the wrong shape': {
        input: world({
          index: file(
            'tasks/index.json',
            '{"schemaVersion":1,"items":[],"specs":[{"id":1,"path":"a","status":"done"}]}',
          ),
        }),
        says: /specs\.0\.id/,
        at: 'tasks/index.json:1:46',
      },
      'specs and no registry': { input: world({ index: undefined }), says: /no registry/ },
      'no registry any more': {
        input: world({ index: undefined, specs: [], base: { index: indexFile([]) } }),
        says: /not there any more/,
      },
      'nothing at all yet': { input: world({ index: undefined, specs: [] }), says: /no specs yet/, severity: 'note' },
      'the older shape': {
        input: world({ specs: [], index: file('tasks/index.json', '{"items":[],"specs":[]}') }),
        says: /older shape/,
        severity: 'note',
      },
    },
    passing: { 'a good one': world() },
  },
};
