import { readNxJson, updateNxJson, type Tree } from '@nx/devkit';
import { name } from './spec-guard-target.js';

/**
 * The generator behind `nx add @codex-orch/nx`: puts the plugin into nx.json. Run again, it changes nothing.
 */
export function init(tree: Tree): void {
  const nxJson = readNxJson(tree) ?? {};
  const plugins = nxJson.plugins ?? [];
  if (plugins.some((entry) => (typeof entry === 'string' ? entry : entry.plugin) === name)) return;
  updateNxJson(tree, { ...nxJson, plugins: [...plugins, name] });
}
