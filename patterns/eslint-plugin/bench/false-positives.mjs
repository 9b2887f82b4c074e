#!/usr/bin/env node
/**
 * Usage: npx tsup && node bench/false-positives.mjs [--json] FOLDER...
 *
 * Lints folders of real code with the `strict` config of the built plugin and prints every report, and how many files
 * and lines were read. The sample that docs/false-positives.md judges was drawn from its output.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { ESLint } from 'eslint';
import plugin from '../dist/index.js';

const require = createRequire(import.meta.url);
/** A development dependency of the workspace: whoever installs the plugin need not have it. */
const parserName = '@typescript-eslint/parser';
const asJson = process.argv.includes('--json');
const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const reports = [];
for (const folder of folders) {
  const cwd = path.resolve(folder);
  const eslint = new ESLint({
    cwd,
    overrideConfigFile: true,
    overrideConfig: await configFor(cwd),
    errorOnUnmatchedPattern: false,
  });
  const results = await eslint.lintFiles(['**/*.{js,mjs,cjs,ts,mts,cts}']);
  let lines = 0;
  for (const { filePath, messages } of results) {
    lines += (await readFile(filePath, 'utf8')).split('\n').length;
    const file = path.relative(process.cwd(), filePath);
    for (const { ruleId, line, message, fatal } of messages) {
      if (ruleId !== null || fatal === true) reports.push({ file, line, rule: ruleId ?? 'parse error', message });
    }
  }
  if (!asJson) process.stdout.write(`${folder}: ${results.length} files, ${lines} lines\n`);
}
if (asJson) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
else {
  for (const { file, line, rule, message } of reports) process.stdout.write(`${file}:${line} ${rule} ${message}\n`);
  const rules = [...new Set(reports.map(({ rule }) => rule))].sort();
  for (const rule of rules)
    process.stdout.write(`${rule}: ${reports.filter((report) => report.rule === rule).length}\n`);
}

/** @param {string} cwd */
async function configFor(cwd) {
  const manifest = await readManifest(cwd);
  const type = manifest === undefined || manifest.type === 'module' ? 'module' : 'commonjs';
  return [
    {
      ignores: [
        '**/dist/**',
        '**/out-tsc/**',
        '**/node_modules/**',
        '**/*.min.js',
        '**/*.d.ts',
        '**/fixtures/**',
        '**/__testfixtures__/**',
        '**/demo/**',
      ],
    },
    { linterOptions: { reportUnusedDisableDirectives: 'off', noInlineConfig: true } },
    {
      files: ['**/*.js'],
      languageOptions: { sourceType: type, parserOptions: { ecmaFeatures: { globalReturn: type === 'commonjs' } } },
    },
    { files: ['**/*.{ts,mts,cts}'], languageOptions: { parser: require(parserName) } },
    plugin.configs.strict,
  ];
}

/**
 * The manifest of an unpacked tarball; undefined for a folder of sources.
 *
 * @param {string} cwd
 */
async function readManifest(cwd) {
  try {
    return JSON.parse(await readFile(path.join(cwd, 'package', 'package.json'), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
