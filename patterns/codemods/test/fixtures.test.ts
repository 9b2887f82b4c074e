import { describe, expect, test } from 'vitest';
import { CodemodSyntaxError } from '../src/codemod/errors.js';
import { parseModule } from '../src/syntax/parse.js';
import { codemodIds, fixturesOf, isProgram, loadCodemod, passesPrefilter } from './fixtures.js';

const crlf = (text: string) => text.replaceAll('\n', '\r\n');

describe.each(codemodIds)('%s', async (id) => {
  const { codemod, transform } = await loadCodemod(id);
  const fixtures = fixturesOf(id);

  test('is named as its module, and has ten fixtures or more, some of which it must leave alone', () => {
    expect(codemod.id).toBe(id);
    expect(fixtures.length).toBeGreaterThanOrEqual(10);
    expect(fixtures.some(({ input, output }) => input === output)).toBe(true);
    expect(fixtures.some(({ input, output }) => input !== output)).toBe(true);
  });

  test('refuses an option that it does not know', () => {
    expect(() => codemod.transform({ path: 'a.js', source: '' }, { nonsense: 1 })).toThrow(
      expect.objectContaining({ code: 'codemod-options' }),
    );
  });

  test('throws at a file with a syntax error', () => {
    const source = `/* ${codemod.prefilter.join(' ')} */\nlet = = ;`;
    expect(() => codemod.transform({ path: 'a.js', source })).toThrow(CodemodSyntaxError);
  });

  describe.each(fixtures)('$path', ({ path, input, output, options, declined }) => {
    test('becomes what is expected, and what is declined says where and why', () => {
      const result = codemod.transform({ path, source: input }, options);
      expect(result.source).toBe(output);
      expect(result.declined.map(({ reason, line, column }) => ({ reason, line, column }))).toEqual(declined);
      expect(result.changes > 0).toBe(input !== output);
    });

    test('is left alone by a second run', () => {
      const again = codemod.transform({ path, source: output }, options);
      expect(again.source).toBe(output);
      expect(again.changes).toBe(0);
    });

    test('keeps its line endings', () => {
      expect(codemod.transform({ path, source: crlf(input) }, options).source).toBe(crlf(output));
    });

    test('passes the prefilter where there is something to say', () => {
      expect(passesPrefilter(codemod, input) || (input === output && declined.length === 0)).toBe(true);
    });

    test('becomes the same by jscodeshift', () => {
      const reports: string[] = [];
      const api = { report: (message: string) => void reports.push(message), stats: () => undefined };
      expect(transform({ path, source: input }, api, options) ?? input).toBe(output);
      expect(reports).toHaveLength(declined.length);
    });

    if (isProgram({ path })) {
      test('can be parsed afterwards', () => {
        expect(parseModule({ path, source: output }).program.type).toBe('Program');
      });
    }
  });
});
