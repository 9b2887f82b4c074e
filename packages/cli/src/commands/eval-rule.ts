import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type RuleLinter } from '@codex-orch/eval-harness';
import type { Linter, Rule } from 'eslint';

// They are large, and stay where they are installed.
const load = createRequire(import.meta.url);

/** To be raised when rules are run with other settings: results of before then count no more. */
const settings = 1;

/** The rule of a plugin's module, which is loaded into this process, as an ESLint that reads no configuration runs it. */
export async function ruleLinter(
  id: string,
  module: string,
): Promise<{ linter: RuleLinter; runBy: string } | undefined> {
  const loaded = (await import(pathToFileURL(module).href)) as PluginModule;
  const rule = (loaded.default?.rules ?? loaded.rules)?.[id];
  if (!rule) return undefined;
  const eslint = load('eslint') as typeof import('eslint');
  const linter = new eslint.Linter();
  const configFor = (code: string, file: string): Linter.Config[] => [
    {
      files: ['**/*'],
      plugins: { own: { rules: { [id]: rule } } },
      languageOptions: languageOf(code, file),
      linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' },
      rules: { [`own/${id}`]: 'error' },
    },
  ];
  return {
    linter: {
      verify: (code, file) => linter.verify(code, configFor(code, file), { filename: file }),
      verifyAndFix: (code, file) => linter.verifyAndFix(code, configFor(code, file), { filename: file }),
    },
    runBy: `eslint ${eslint.Linter.version}, settings ${settings}`,
  };
}

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
