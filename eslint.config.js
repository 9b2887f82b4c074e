import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import { defineConfig, globalIgnores } from 'eslint/config';
import * as jsonc from 'jsonc-eslint-parser';
import tseslint from 'typescript-eslint';

/** Which of our packages the sources of each package may import. A project without an entry may import none. */
const imports = {
  'scope:core': [],
  'scope:replay': ['scope:core'],
  'scope:mcp-adapter': ['scope:core'],
  'scope:cloud-adapter': ['scope:core'],
  'scope:roles': ['scope:core'],
  'scope:engine-dbos': ['scope:core'],
  'scope:spec-guard': ['scope:core'],
  'scope:learning-library': ['scope:core'],
  'scope:report': ['scope:core'],
  'scope:eval-harness': ['scope:core', 'scope:learning-library', 'scope:report'],
  'scope:nx': ['*'],
  'scope:cli': ['*'],
  'scope:tools': ['*'],
  // Users install a pattern package alone, so it stands alone.
  'layer:pattern': [],
};

/** Further packages which tests may import: the model stand-in, and real drivers to put roles on. */
const testImports = {
  'scope:mcp-adapter': ['scope:replay'],
  'scope:cloud-adapter': ['scope:replay'],
  'scope:roles': ['scope:replay', 'scope:mcp-adapter'],
  'scope:engine-dbos': ['scope:replay'],
  'scope:report': ['scope:replay'],
  'scope:eval-harness': ['scope:replay', 'layer:pattern'],
  'scope:learning-library': ['layer:pattern'],
};

/** @param {Record<string, string[]>} [further] */
const moduleBoundaries = (further = {}) => [
  'error',
  {
    allow: ['^.*/(vitest|tsup)\\.shared\\.js$'],
    banTransitiveDependencies: true,
    depConstraints: Object.entries(imports).map(([sourceTag, targets]) => ({
      sourceTag,
      onlyDependOnLibsWithTags: [...targets, ...(further[sourceTag] ?? [])],
    })),
  },
];

const noShell = 'Start programs with an argument array (spawn, execFile): a shell string can be injected into.';

const tests = ['*/*/src/**/*.test.ts', '*/*/test/**/*.ts', '*/*/torture/**/*.ts'];

export default defineConfig(
  globalIgnores([
    '**/dist',
    '**/out-tsc',
    '**/coverage',
    '**/fixtures',
    '**/__testfixtures__',
    'packages/*/demo',
    '.runs',
    '.nx',
    '**/*.timestamp-*.mjs',
  ]),
  { plugins: { '@nx': nx } },
  {
    files: ['**/*.{js,mjs,ts}'],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@nx/enforce-module-boundaries': moduleBoundaries(),
      'no-restricted-imports': [
        'error',
        {
          paths: ['child_process', 'node:child_process'].map((name) => ({
            name,
            importNames: ['exec', 'execSync', 'default'],
            message: noShell,
          })),
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.name=/^(spawn|execFile)/] Property[key.name="shell"][value.value!=false]',
          message: noShell,
        },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', ignoreRestSiblings: true, ignoreUsingDeclarations: true },
      ],
      // A promise that is returned unawaited outlives the resources that its function holds with `using`.
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      // An implementation of an asynchronous port need not await.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['{packages,patterns}/*/src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
    },
  },
  {
    // The command line prints; jscodeshift and ESLint load a default export.
    files: ['packages/cli/src/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['patterns/*/src/**/*.ts'],
    // The types of syntax nodes are an enum to TypeScript, and plain texts in every tree.
    rules: { 'no-restricted-exports': 'off', '@typescript-eslint/no-unsafe-enum-comparison': 'off' },
  },
  {
    files: tests,
    rules: {
      '@nx/enforce-module-boundaries': moduleBoundaries(testImports),
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      // `expect(port.method)` names a method without calling it.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // tools/*.mjs are checked by tsc; a bin file and a configuration have nothing to check.
    files: ['**/*.{js,mjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'no-undef': 'off' },
  },
  {
    files: ['*/*/package.json'],
    languageOptions: { parser: jsonc },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          // The command brings the SDK that the roles want as their peer, and what programs of its own load: the lanes of codemods and
          // the lint of a goal; DBOS and its database client are carried along by no bundle. Nx's target runs the command. One codemod
          // asks for its peer when it is used.
          ignoredDependencies: [
            '@openai/agents-core',
            '@codex-orch/cli',
            '@codex-orch/codemods',
            '@dbos-inc/dbos-sdk',
            'pg',
            '@modelcontextprotocol/codemod',
            'jscodeshift',
            'oxc-parser',
            'typescript',
          ],
          ignoredFiles: [
            '{projectRoot}/*.config.ts',
            '{projectRoot}/src/**/*.test.ts',
            '{projectRoot}/src/**/__testfixtures__/**',
            '{projectRoot}/test/**',
            '{projectRoot}/examples/**',
            '{projectRoot}/torture/**',
          ],
        },
      ],
    },
  },
);
