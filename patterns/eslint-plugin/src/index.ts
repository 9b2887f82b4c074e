import { createRequire } from 'node:module';
import type { ESLint, Linter, Rule } from 'eslint';
import { rules as allRules, type RuleName } from './rules/index.js';

const manifest = createRequire(import.meta.url)('../package.json') as { name: string; version: string };

export type { RuleName };

/** Options that `strict` sets otherwise than a rule's default. */
const strictOptions: Partial<Record<RuleName, object>> = {
  'no-env-dump': { childEnv: true },
  'no-error-to-default': { allowDocumented: false },
};

/** The rules by their name, for those who put a plugin of their own together. */
export const rules: Readonly<Record<RuleName, Rule.RuleModule>> = allRules;

const plugin: ESLint.Plugin & {
  readonly configs: { readonly recommended: Linter.Config; readonly strict: Linter.Config };
} = {
  meta: { name: manifest.name, version: manifest.version, namespace: '@codex-orch' },
  rules,
  configs: {
    /** The rules whose reports need no knowledge of the project. */
    get recommended() {
      return config('recommended', (name) => (rules[name].meta?.docs?.recommended === true ? 'error' : undefined));
    },
    /** Every rule, with the options that report most. */
    get strict() {
      const entry = (name: RuleName): Linter.RuleEntry => {
        const options = strictOptions[name];
        return options === undefined ? 'error' : ['error', options];
      };
      return config('strict', entry);
    },
  },
};

function config(name: string, entry: (name: RuleName) => Linter.RuleEntry | undefined): Linter.Config {
  const entries = (Object.keys(rules) as RuleName[]).flatMap((rule) => {
    const severity = entry(rule);
    return severity === undefined ? [] : [[`@codex-orch/${rule}`, severity] as const];
  });
  return { name: `@codex-orch/${name}`, plugins: { '@codex-orch': plugin }, rules: Object.fromEntries(entries) };
}

export default plugin;
