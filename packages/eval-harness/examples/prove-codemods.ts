/*
 * Runs the codemods of this repository, from their sources, on the pinned targets:
 *
 *   node -C @codex-orch/source --import @swc-node/register/esm-register packages/eval-harness/examples/prove-codemods.ts \
 *     [--target NAME]... [--asset ID]... [--quick] [--no-cache] [--id ID]
 *
 * BUBBLEWRAP names the program of the sandbox where it is not /usr/bin/bwrap.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Linter, type Rule } from 'eslint';
import tseslint from 'typescript-eslint';
import {
  bubblewrapSandbox,
  consoleTable,
  controlAsset,
  type EvaluatedAsset,
  hashTree,
  loadTargets,
  ruleAsset,
  runEvaluation,
  selectTargets,
  sourceCodemodAsset,
  type SourceCodemod,
} from '../src/index.js';

const root = path.resolve(import.meta.dirname, '../../..');
const codemods = path.join(root, 'patterns/codemods/src');

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true },
    asset: { type: 'string', multiple: true },
    id: { type: 'string' },
    quick: { type: 'boolean', default: false },
    'no-cache': { type: 'boolean', default: false },
  },
});

/** A codemod that its author is writing just now may not even load; the others are evaluated all the same. */
async function codemodAssets(): Promise<EvaluatedAsset[]> {
  const shared = await Promise.all(['codemod', 'syntax'].map((folder) => hashTree(path.join(codemods, folder))));
  const assets: EvaluatedAsset[] = [];
  for (const file of (await readdir(path.join(codemods, 'transforms'))).sort()) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    const place = path.join(codemods, 'transforms', file);
    try {
      const module = (await import(place)) as Record<string, unknown>;
      const codemod = Object.values(module).find(isCodemod);
      if (!codemod) throw new Error('it exports no codemod');
      const own = createHash('sha256')
        .update(await readFile(place))
        .update(shared.join());
      assets.push(sourceCodemodAsset(codemod, { version: '0.1.0', digest: own.digest('hex') }));
    } catch (error) {
      console.error(`${file} cannot be loaded: ${String(error)}`);
    }
  }
  return assets;
}

const isCodemod = (value: unknown): value is SourceCodemod =>
  typeof value === 'object' && value !== null && 'transform' in value && 'prefilter' in value && 'id' in value;

async function ruleAssets(): Promise<EvaluatedAsset[]> {
  const folder = path.join(root, 'patterns/eslint-plugin/src');
  const digest = `${await hashTree(folder)} ${Linter.version}`;
  try {
    const { rules } = (await import(path.join(folder, 'rules/index.ts'))) as { rules: Record<string, Rule.RuleModule> };
    return Object.entries(rules).map(([id, rule]) => {
      const linter = new Linter();
      const plugins = { own: { rules: { [id]: rule } } };
      const languageOptions = (file: string): Linter.LanguageOptions =>
        file.endsWith('.ts')
          ? { parser: tseslint.parser }
          : { ecmaVersion: 'latest', sourceType: 'module', parserOptions: { ecmaFeatures: { globalReturn: true } } };
      const config = (code: string, file: string): Linter.Config[] => [
        {
          files: ['**/*'],
          plugins,
          languageOptions: {
            ...languageOptions(file),
            ...(file.endsWith('.ts') || /^(?:import|export)\b/m.test(code) ? {} : { sourceType: 'commonjs' as const }),
          },
          linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' },
          rules: { [`own/${id}`]: 'error' },
        },
      ];
      return ruleAsset(
        { id, version: '0.1.0', digest },
        {
          verify: (code, file) => linter.verify(code, config(code, file), { filename: file }),
          verifyAndFix: (code, file) => linter.verifyAndFix(code, config(code, file), { filename: file }),
        },
      );
    });
  } catch (error) {
    console.error(`The rules cannot be loaded: ${String(error)}`);
    return [];
  }
}

/** All without names. */
const wanted = (names: readonly string[] | undefined, name: string): boolean => !names || names.includes(name);

const targets = await loadTargets(path.join(root, 'evaluation/targets.json'));
const assets = [controlAsset, ...(await codemodAssets()), ...(await ruleAssets())];

const evaluation = await runEvaluation({
  id: values.id ?? new Date().toISOString().replaceAll(/[:.]/g, '-'),
  runsDir: path.join(root, '.runs/eval'),
  targets: selectTargets(targets, { names: values.target, quick: values.quick }),
  assets: assets.filter(({ id }) => wanted(values.asset, id)),
  sandbox: bubblewrapSandbox(process.env['BUBBLEWRAP'] ?? '/usr/bin/bwrap'),
  env: Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  ),
  useCache: !values['no-cache'],
  reproduce: (target, asset) => ['prove-codemods.ts', '--target', target, '--asset', asset, '--no-cache'],
  onEvent: (event) => {
    if (event.type === 'pair')
      console.error(
        `${event.result.target} ${event.result.asset} ${event.result.verdict}${event.result.cached ? ' (cached)' : ''}`,
      );
    else if (event.type === 'baseline') {
      const { target, counts, quarantined, litter, asPinned } = event.baseline;
      console.error(
        target,
        JSON.stringify(counts),
        asPinned ? '' : 'NOT AS PINNED',
        'quarantined:',
        quarantined.length,
        'litter:',
        litter.length,
      );
    } else console.error(JSON.stringify(event));
  },
});
console.log(consoleTable(evaluation));
process.exitCode = evaluation.verdict === 'passed' ? 0 : 1;
