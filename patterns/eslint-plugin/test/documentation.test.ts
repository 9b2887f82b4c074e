import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Linter } from 'eslint';
import * as typescriptParser from '@typescript-eslint/parser';
import { describe, expect, it } from 'vitest';
import plugin, { rules, type RuleName } from '../src/index.js';
import { examplesOf, facts, optionList, optionsOf, ruleTable, withSection } from './documentation.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const documentOf = (name: string): string => path.join(root, 'docs', 'rules', `${name}.md`);
const names = Object.keys(rules) as RuleName[];

const namesIn = async (folder: string, pattern: RegExp): Promise<string[]> =>
  (await readdir(path.join(root, folder))).flatMap((file) => pattern.exec(file)?.[1] ?? []).sort();

describe('the plugin', () => {
  it('exports every rule that has a file', async () => {
    const files = (await namesIn('src/rules', /^(.+)\.ts$/u)).filter(
      (name) => name !== 'index' && !name.endsWith('.test'),
    );
    expect([...names].sort()).toEqual(files);
  });

  it('documents every rule, and no other', async () => {
    expect(await namesIn('docs/rules', /^(.+)\.md$/u)).toEqual([...names].sort());
  });

  it('has a suite of cases for every rule', async () => {
    expect(await namesIn('src/rules', /^(.+)\.test\.ts$/u)).toEqual([...names].sort());
  });

  it('says in its README which rules there are', async () => {
    const file = path.join(root, 'README.md');
    await expect(withSection(await readFile(file, 'utf8'), 'rules', ruleTable())).toMatchFileSnapshot(file);
  });

  it('calls itself what its manifest says', async () => {
    const { name, version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      name: string;
      version: string;
    };
    expect(plugin.meta).toMatchObject({ name, version });
  });
});

describe('the configs', () => {
  it('have every rule in strict and the recommended ones in recommended', () => {
    const recommended = names.filter((name) => rules[name].meta?.docs?.recommended);
    expect(Object.keys(plugin.configs.strict.rules ?? {})).toEqual(names.map((name) => `@codex-orch/${name}`));
    expect(Object.keys(plugin.configs.recommended.rules ?? {})).toEqual(
      recommended.map((name) => `@codex-orch/${name}`),
    );
  });

  it.each(['recommended', 'strict'] as const)('of %s pass the validation of ESLint', (name) => {
    expect(new Linter().verify('export {};', plugin.configs[name], 'index.js')).toEqual([]);
  });

  it('refuse an option that does not exist, naming it', () => {
    const entry: Linter.RuleEntry = ['error', { allow: 'x' }];
    const lint = () =>
      new Linter().verify('', [plugin.configs.strict, { rules: { '@codex-orch/no-error-to-default': entry } }]);
    expect(lint).toThrow(/no-error-to-default[^]*Unexpected property "allow"/u);
  });

  it('refuse a pattern that is no regular expression, quoting it', () => {
    const entry: Linter.RuleEntry = ['error', { handlers: '(' }];
    const lint = () =>
      new Linter().verify('', [plugin.configs.strict, { rules: { '@codex-orch/no-error-to-default': entry } }]);
    expect(lint).toThrow(/"\("/u);
  });
});

describe.each(names)('%s', (name) => {
  const rule = rules[name];

  it('says what it is', () => {
    expect(rule.meta?.docs).toEqual({
      description: expect.stringMatching(/^(?:Disallow|Require) .*[^.]$/u) as string,
      recommended: expect.any(Boolean) as boolean,
      url: expect.stringMatching(new RegExp(`/docs/rules/${name}\\.md$`, 'u')) as string,
    });
    expect(rule.meta?.type).toMatch(/^(?:problem|suggestion)$/u);
  });

  it('has messages that say what is wrong and what to do', () => {
    for (const [id, message] of Object.entries(rule.meta?.messages ?? {})) {
      expect(message, id).toMatch(/^[A-Z"].*\.$/su);
    }
  });

  it('describes each option and gives it a default', () => {
    for (const { name: option, schema, initial } of optionsOf(rule)) {
      expect(schema.description, option).toMatch(/\.$/u);
      expect(Array.isArray(initial) ? 'array' : typeof initial, option).toBe(schema.type);
    }
  });

  it('has a document that tells its configs and options', async () => {
    const file = documentOf(name);
    const document = await readFile(file, 'utf8');
    const told = withSection(withSection(document, 'facts', facts(name, rule)), 'options', optionList(rule));
    await expect(told).toMatchFileSnapshot(file);
  });

  it('reports the incorrect examples of its document, and none of the correct ones', async () => {
    const examples = examplesOf(await readFile(documentOf(name), 'utf8'));
    expect(new Set(examples.map(({ heading }) => heading))).toEqual(new Set(['Incorrect', 'Correct']));
    for (const { heading, language, code } of examples) {
      const reports = new Linter().verify(
        code,
        {
          files: ['**'],
          plugins: { '@codex-orch': plugin },
          rules: { [`@codex-orch/${name}`]: 'error' },
          linterOptions: { reportUnusedDisableDirectives: 'off' },
          ...(language === 'ts' && { languageOptions: { parser: typescriptParser } }),
        },
        `src/example.${language}`,
      );
      expect(
        reports.filter(({ ruleId, fatal }) => ruleId === null || fatal),
        code,
      ).toEqual([]);
      expect(reports.length > 0 ? 'Incorrect' : 'Correct', code).toBe(heading);
    }
  });
});
