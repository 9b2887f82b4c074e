import type { Rule } from 'eslint';
import { RuleTester } from 'eslint';
import { RuleTester as RuleTester9 } from 'eslint-9';
import * as typescriptParser from '@typescript-eslint/parser';
import { describe, it } from 'vitest';

interface Case {
  readonly code: string;
  readonly options?: readonly [object];
  /** Below the working directory; a source file unless the case says otherwise. */
  readonly filename?: string;
  /** The code is TypeScript, so only its parser reads it. */
  readonly ts?: true;
}

interface InvalidCase extends Case {
  readonly errors: readonly RuleTester.TestCaseError[];
  readonly output?: string;
}

export interface Suite {
  readonly valid: readonly (string | Case)[];
  readonly invalid: readonly InvalidCase[];
}

const testers = [
  ['ESLint 10', RuleTester],
  ['ESLint 9', RuleTester9 as unknown as typeof RuleTester],
] as const;

for (const [, tester] of testers) {
  tester.describe = describe;
  tester.it = it;
  tester.itOnly = it;
}

/** Runs the cases of a rule under both versions of ESLint, with its own parser and with TypeScript's. */
export function testRule(name: string, rule: Rule.RuleModule, { valid, invalid }: Suite): void {
  const all = valid.map((test): Case => (typeof test === 'string' ? { code: test } : test));
  for (const [version, tester] of testers) {
    const own = new tester({ languageOptions: { ecmaVersion: 'latest', sourceType: 'module' } });
    const typescript = new tester({ languageOptions: { parser: typescriptParser } });
    describe(`${version}, espree`, () => {
      own.run(name, rule, {
        valid: all.filter((test) => !test.ts).map(plain),
        invalid: invalid.filter((test) => !test.ts).map(plain),
      });
    });
    describe(`${version}, TypeScript`, () => {
      typescript.run(name, rule, { valid: all.map(plain), invalid: invalid.map(plain) });
    });
  }
}

/** The form that ESLint takes: it refuses properties that it does not know. */
function plain({
  ts: _,
  filename = 'src/sample.ts',
  options,
  ...test
}: Case | InvalidCase): RuleTester.InvalidTestCase {
  return {
    ...test,
    filename,
    ...(options !== undefined && { options: [...options] }),
  } as unknown as RuleTester.InvalidTestCase;
}
