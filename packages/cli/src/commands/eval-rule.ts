import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type RuleLinter } from '@codex-orch/eval-harness';
import { type AssetOptions, installedPackages, OptionsInvalidError } from '@codex-orch/learning-library';
import type { Linter, Rule } from 'eslint';

// They are large, and stay where they are installed.
const load = createRequire(import.meta.url);

/** To be raised when rules are run with other settings: results of before then count no more. */
const settings = 1;

/**
 * The rule of a plugin's module, which is loaded into this process, as an ESLint that reads no configuration runs it. All rules of a module
 * look at a text together, once: most find nothing in it, and reading it is what takes the time. One that is given options looks alone.
 *
 * Throws `OptionsInvalidError` for options that the rule itself does not take.
 */
export async function ruleLinter(
  id: string,
  module: string,
  options?: AssetOptions,
): Promise<{ linter: RuleLinter; runBy: string } | undefined> {
  const loaded = (await import(pathToFileURL(module).href)) as PluginModule;
  const rules = loaded.default?.rules ?? loaded.rules;
  const rule = rules?.[id];
  if (!rule) return undefined;
  const eslint = load('eslint') as typeof import('eslint');
  const linter = new eslint.Linter();
  const alone = { [id]: rule };
  const runBy = `eslint ${eslint.Linter.version}, settings ${settings}, ${(await linters()).join(' ')}`;
  if (options) {
    const configOf = (code: string, file: string): Linter.Config[] => configFor(alone, code, file, options);
    checkRuleOptions(id, () => linter.verify('', configOf('', 'empty.js'), { filename: 'empty.js' }));
    return {
      linter: {
        verify: (code, file) => linter.verify(code, configOf(code, file), { filename: file }),
        verifyAndFix: (code, file) => linter.verifyAndFix(code, configOf(code, file), { filename: file }),
      },
      runBy: `${runBy}, ${JSON.stringify(options)}`,
    };
  }
  const together = shared.get(rules) ?? new Together(linter, rules);
  shared.set(rules, together);
  return {
    linter: {
      verify: (code, file) =>
        together.verify(code, file)?.filter(({ ruleId }) => ruleId === null || ruleId === `own/${id}`) ??
        linter.verify(code, configFor(alone, code, file), { filename: file }),
      verifyAndFix: (code, file) => linter.verifyAndFix(code, configFor(alone, code, file), { filename: file }),
    },
    runBy,
  };
}

/** The linter and its parsers, with all that they need: each can have a rule see something else. */
const linters = (): Promise<readonly string[]> =>
  (installed ??= installedPackages(fileURLToPath(import.meta.url), ['eslint', '@typescript-eslint/parser']));

let installed: Promise<readonly string[]> | undefined;

/** What ESLint says of options that are against the schema of their rule. */
function checkRuleOptions(id: string, attempt: () => unknown): void {
  try {
    attempt();
  } catch (error) {
    throw new OptionsInvalidError(
      id,
      [error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').trim() : String(error)],
      [],
    );
  }
}

const configFor = (rules: Rules, code: string, file: string, options?: AssetOptions): Linter.Config[] => [
  {
    files: ['**/*'],
    plugins: { own: { rules: { ...rules } } },
    languageOptions: languageOf(code, file),
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' },
    rules: Object.fromEntries(
      Object.keys(rules).map((name) => [`own/${name}`, options ? ['error', options] : 'error']),
    ),
  },
];

/** What all rules of a module say of texts that one of them has been asked about. */
class Together {
  readonly #linter: Linter;
  readonly #rules: Rules;
  readonly #known = new Map<string, readonly Linter.LintMessage[] | undefined>();

  constructor(linter: Linter, rules: Rules) {
    this.#linter = linter;
    this.#rules = rules;
  }

  /** Undefined where one of the rules breaks on the text: then each is to be asked alone. */
  verify(code: string, file: string): readonly Linter.LintMessage[] | undefined {
    const key = createHash('sha256').update(`${file}\0${code}`).digest('base64');
    if (!this.#known.has(key)) this.#known.set(key, this.#ask(code, file));
    return this.#known.get(key);
  }

  #ask(code: string, file: string): readonly Linter.LintMessage[] | undefined {
    try {
      return this.#linter.verify(code, configFor(this.#rules, code, file), { filename: file });
    } catch {
      return undefined;
    }
  }
}

const shared = new WeakMap<Rules, Together>();

type Rules = Readonly<Record<string, Rule.RuleModule>>;

/** A plugin, or a module with rules. */
interface PluginModule {
  readonly default?: { readonly rules?: Rules } | undefined;
  readonly rules?: Rules | undefined;
}

function languageOf(code: string, file: string): Linter.LanguageOptions {
  if (/\.[cm]?tsx?$/.test(file)) return { parser: load('@typescript-eslint/parser') as Linter.Parser };
  const isModule = file.endsWith('.mjs') || (!file.endsWith('.cjs') && /^(?:import|export)\b/m.test(code));
  return {
    ecmaVersion: 'latest',
    sourceType: isModule ? 'module' : 'commonjs',
    parserOptions: { ecmaFeatures: { jsx: true } },
  };
}
