// Runs our own lint rules over texts that come on standard input, in a process that may be confined: a line of JSON for each request, and
// one for each answer, until the input ends. It reads no configuration and no file but its own modules; the texts are data.
import plugin from '@codex-orch/eslint-plugin';
import { Linter } from 'eslint/universal';

const isTypeScript = (path) => /\.[cm]?tsx?$/.test(path);
const scripts = ['**/*.js', '**/*.mjs', '**/*.cjs', '**/*.jsx'];
const typed = ['**/*.ts', '**/*.mts', '**/*.cts', '**/*.tsx'];

const linter = new Linter();

/**
 * @param {'module' | 'commonjs' | undefined} sourceType
 * @param {unknown} parser of TypeScript
 */
const configWith = (sourceType, parser) => [
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

const configsWith = (parser) => ({
  usual: configWith(undefined, parser),
  commonjs: configWith('commonjs', parser),
});

const forScripts = configsWith(undefined);
let forAll;

// TypeScript's parser takes longer to load than most changes take to be looked at.
const configsFor = async (sources) =>
  sources.some(({ path }) => isTypeScript(path))
    ? (forAll ??= configsWith((await import('@typescript-eslint/parser')).default))
    : (forAll ?? forScripts);

/**
 * @param {{ path: string, text: string }} source
 * @param {ReturnType<typeof configsWith>} configs
 */
function lint({ path, text: code }, configs) {
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

/** Not `readline`, for which a text with U+2028 in it is two lines. */
async function* linesOf(stream) {
  let pieces = [];
  for await (const chunk of stream.setEncoding('utf8')) {
    const [head, ...rest] = chunk.split('\n');
    pieces.push(head);
    for (const next of rest) {
      yield pieces.join('');
      pieces = [next];
    }
  }
}

for await (const line of linesOf(process.stdin)) {
  /** @type {{ sources: readonly { path: string, text: string }[] }} */
  const { sources } = JSON.parse(line);
  const configs = await configsFor(sources);
  const results = sources.map((source) => {
    try {
      return lint(source, configs);
    } catch (error) {
      return { findings: [], problem: error instanceof Error ? error.message : String(error) };
    }
  });
  process.stdout.write(`${JSON.stringify({ results })}\n`);
}
