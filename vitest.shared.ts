import { defineProject } from 'vitest/config';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Long enough for a real process tree on a busy two-core machine. Nothing waits for a time-out to pass, so a healthy
 * run never pays for it.
 */
const patience = 120_000;

interface PackageTests {
  /**
   * Whether every file has a process of its own. Where none mocks a module, and each gives back what it changes of the
   * process, files share one with what it loaded, which saves up to some seconds for every file.
   */
  readonly isolate?: boolean;
}

/** One vitest project for the package whose config file has this URL. */
export function definePackageTests(configUrl: string, { isolate = true }: PackageTests = {}) {
  const root = path.dirname(fileURLToPath(configUrl));
  return defineProject({
    root,
    // Vitest hands these to Node as well: with "import" among them a `require` within a package would get its ES modules.
    ssr: { resolve: { conditions: ['@codex-orch/source', 'node'] } },
    resolve: { conditions: ['@codex-orch/source'] },
    test: {
      name: path.basename(root),
      environment: 'node',
      include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
      testTimeout: patience,
      hookTimeout: patience,
      retry: 0,
      setupFiles: [fileURLToPath(new URL('properties.shared.ts', import.meta.url))],
      isolate,
    },
  });
}
