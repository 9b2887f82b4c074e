import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkSpecs, planFixes, type SourceFile } from '../src/index.js';
import { commit, file, goodSpec, indexFile, modified, world } from './world.js';

const good = goodSpec();
const texts = fc.oneof(
  fc.string(),
  fc.json(),
  fc.constantFrom(
    '',
    '{}',
    '[]',
    'null',
    '{"__proto__":{"a":1}}',
    '{"schemaVersion":1,"specs":[null]}',
    '{"items":{},"specs":3}',
  ),
  fc.constant(good.spec.text),
  fc.constant(indexFile([good.entry, good.entry]).text),
);
const source = fc.oneof(
  fc.constant(undefined),
  fc
    .tuple(
      texts,
      fc.option(fc.constantFrom('symlink', 'submodule', 'too-large', 'not-utf8'), { nil: undefined, freq: 5 }),
    )
    .map(([text, irregular]): SourceFile => ({ path: 'a file', text, irregular })),
);
const files = fc.record({ policy: source, allowedSigners: source, baseline: source, overrides: source, index: source });
const paths = fc.array(
  fc.oneof(fc.string(), fc.constantFrom('packages/core/a.ts', 'tasks/specs/x.md', '__proto__', 'a//b', '/')),
  { maxLength: 4 },
);

it('whatever the guard is given, it says what is wrong and does not throw', () => {
  fc.assert(
    fc.property(files, files, source, texts, paths, fc.string(), (base, head, index, text, changed, message) => {
      const input = world({
        index,
        base,
        head,
        specs: [good.spec, file('tasks/specs/x.md', text)],
        changes: changed.map((path) => modified(path)),
        commits: [commit(message), commit(`x\n\nSpec-Override: ${message}`)],
        marked: [file('packages/core/a.ts', `spec-guard-disable ${message}`)],
      });
      const report = checkSpecs(input);
      expect(report.clean).toBe(report.findings.every(({ severity }) => severity !== 'error'));
      for (const { message: said, why, line = 1, column = 1 } of report.findings) {
        expect(said).not.toBe('');
        expect(why).not.toBe('');
        expect(Math.min(line, column)).toBeGreaterThan(0);
      }
      planFixes(input, { owners: ['ada'] });
    }),
    { numRuns: 600 },
  );
});
