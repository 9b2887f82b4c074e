/**
 * Usage: node patterns-apply.mjs ROOT MODULE [--compat] [--dry-run] [--no-cache]
 *
 * The side of ours that is measured: what `codex-orch patterns apply` does, without the command around it.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { applyAssets, digestModule } from '@codex-orch/learning-library';
import { prefilter } from './patterns-node-protocol.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { compat: { type: 'boolean', default: false }, 'dry-run': { type: 'boolean', default: false } },
});
const [root = '', module = ''] = positionals;
const result = await applyAssets({
  root,
  compat: values.compat,
  dryRun: values['dry-run'],
  assets: [
    {
      id: 'node-protocol',
      version: '1.0.0',
      module,
      sha256: await digestModule(module),
      prefilter,
      languages: ['javascript', 'typescript'],
      // The benchmark compares the second run of jscodeshift too: it changes nothing.
      idempotent: true,
      optionsSchema: { type: 'object', properties: { parser: { type: 'string' } } },
    },
  ],
  // The one parser that reads all of the files; jscodeshift is given it too.
  options: { 'node-protocol': { parser: 'tsx' } },
});
const { status, listed, examined, cached, failures, skipped } = result;
const changed = result.changed.map(({ path }) => path);
process.stdout.write(`${JSON.stringify({ status, listed, examined, cached, failures, skipped, changed })}\n`);
