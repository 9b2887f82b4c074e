import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);

/**
 * The index that comes with the program; undefined where there is none. The one of the checkout counts only where this package lies in
 * one: beside an installed package, a file of this name is somebody else's, and what an index names is run.
 */
export function ownIndex(): string | undefined {
  const root = path.dirname(require.resolve('@codex-orch/cli/package.json'));
  const isCheckout = path.basename(path.dirname(root)) === 'packages';
  const places = [
    path.join(root, 'dist', 'patterns', 'index.json'),
    ...(isCheckout ? [path.join(root, '..', '..', 'patterns', 'index.json')] : []),
  ];
  return places.find((file) => existsSync(file));
}
