import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodemodSyntaxError } from '../src/codemod/errors.js';
import { parseModule } from '../src/syntax/parse.js';
import { codemodIds, fixturesOf, isProgram, loadCodemod, passesPrefilter } from './fixtures.js';

/** Top-level statements of all fixtures, by the extension of their language. */
function statementsOf(id: string): Map<string, string[]> {
  const statements = new Map<string, string[]>();
  for (const fixture of fixturesOf(id).filter(isProgram)) {
    const extension = /\.\w+$/.exec(fixture.path)?.[0] ?? '';
    const { program, source } = parseModule({ path: fixture.path, source: fixture.input });
    const texts = program.body.map(({ range }) => source.slice(...range));
    statements.set(extension, [...(statements.get(extension) ?? []), ...texts]);
  }
  return statements;
}

const wrappers = [
  (text: string) => text,
  (text: string) => `function wrapped() {\n  ${text}\n}`,
  (text: string) => `if (condition) {\n${text}\n}`,
  (text: string) => `/* before */ ${text} // after`,
];

const parses = (path: string, source: string) => {
  try {
    return Boolean(parseModule({ path, source }));
  } catch (error) {
    if (error instanceof CodemodSyntaxError) return false;
    throw error;
  }
};

describe.each(codemodIds)('%s', async (id) => {
  const { codemod } = await loadCodemod(id);
  const options = fixturesOf(id).map((fixture) => fixture.options);

  test('throws at a file that is nested too deeply', () => {
    const source = `/* ${codemod.prefilter.join(' ')} */\n${'['.repeat(100_000)}`;
    expect(() => codemod.transform({ path: 'a.js', source })).toThrow(CodemodSyntaxError);
  });

  test.each([...statementsOf(id)])('keeps any mixture of statements of its %s fixtures sound', (extension, pool) => {
    const statement = fc
      .tuple(fc.constantFrom(...pool), fc.constantFrom(...wrappers))
      .map(([text, wrap]) => wrap(text));
    const program = fc.tuple(
      fc.array(statement, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('\n', '\r\n'),
      fc.constantFrom(...options),
    );
    fc.assert(
      fc.property(program, ([statements, ending, chosen]) => {
        const path = `mixture${extension}`;
        const source = statements.join('\n').replaceAll(/\r?\n/g, ending);
        fc.pre(parses(path, source));
        const once = codemod.transform({ path, source }, chosen);
        expect(parses(path, once.source)).toBe(true);
        expect(once.source === source).toBe(once.changes === 0);
        const twice = codemod.transform({ path, source: once.source }, chosen);
        expect(twice.source).toBe(once.source);
        if (once.changes + once.declined.length > 0) expect(passesPrefilter(codemod, source)).toBe(true);
        if (source.includes('\r\n')) expect(once.source.replaceAll('\r\n', '')).not.toContain('\n');
      }),
      { numRuns: 60 },
    );
  });
});
