// Runs our own lint rules over texts that come on standard input, in a process that may be confined. It reads no configuration and no
// file but its own modules; the texts are data.
import { text } from 'node:stream/consumers';
import plugin from '@codex-orch/eslint-plugin';
import { Linter } from 'eslint/universal';

/** @type {{ sources: readonly { path: string, text: string }[] }} */
const { sources } = JSON.parse(await text(process.stdin));

const isTypeScript = (path) => /\.[cm]?tsx?$/.test(path);
const scripts = ['**/*.js', '**/*.mjs', '**/*.cjs', '**/*.jsx'];
const typed = ['**/*.ts', '**/*.mts', '**/*.cts', '**/*.tsx'];

// TypeScript's parser takes longer to load than most changes take to be looked at.
const parser = sources.some(({ path }) => isTypeScript(path))
  ? (await import('@typescript-eslint/parser')).default
  : undefined;

/** @param {'module' | 'commonjs' | undefined} sourceType */
const configWith = (sourceType) => [
  {
    files: scripts,
    languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } }, ...(sourceType && { sourceType }) },
  },
  ...(parser ? [{ files: typed, languageOptions: { parser } }] : []),
  {
    files: [...scripts, ...typed],
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    ...plugin.configs.recommended,
  },
];

const linter = new Linter();
const configs = { usual: configWith(undefined), commonjs: configWith('commonjs') };

/** @param {{ path: string, text: string }} source */
function lint({ path, text: code }) {
  // A comment in the change must not silence what judges the change.
  const options = { filename: path, allowInlineConfig: false };
  const messages = linter.verify(code, configs.usual, options);
  const hasFailed = messages.some(({ fatal }) => fatal);
  // What ends in .js is either, and nothing near it is read to find out.
  const others = hasFailed && path.endsWith('.js') ? linter.verify(code, configs.commonjs, options) : messages;
  const chosen = others.some(({ fatal }) => fatal) ? messages : others;
  return {
    findings: chosen.flatMap(({ ruleId, line, message }) =>
      ruleId === null ? [] : [{ rule: ruleId, path, line: Math.max(line ?? 1, 1), message }],
    ),
    problem: chosen.find(({ ruleId }) => ruleId === null)?.message ?? null,
  };
}

const results = sources.map((source) => {
  try {
    return lint(source);
  } catch (error) {
    return { findings: [], problem: error instanceof Error ? error.message : String(error) };
  }
});
process.stdout.write(JSON.stringify({ results }));
