import { defineProject } from 'vitest/config';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Long enough for a real process tree on a busy two-core machine. Nothing waits for a time-out to pass, so a healthy
 * run never pays for it.
 */
const patience = 120_000;

/** One vitest project for the package whose config file has this URL. */
export function definePackageTests(configUrl: string) {
  const root = path.dirname(fileURLToPath(configUrl));
  return defineProject({
    root,
    ssr: { resolve: { conditions: ['@codex-orch/source', 'node', 'import', 'default'] } },
    resolve: { conditions: ['@codex-orch/source'] },
    test: {
      name: path.basename(root),
      environment: 'node',
      include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
      testTimeout: patience,
      hookTimeout: patience,
      retry: 0,
    },
  });
}
