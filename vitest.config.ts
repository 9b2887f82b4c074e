import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['{packages,patterns,tools}/*/vitest.config.ts', 'packages/roles/vitest.newest-sdk.config.ts'],
    // End-to-end tests start real Codex processes, each with a process tree of its own: more workers starve them, fewer wait for them.
    maxWorkers: 3,
    coverage: {
      provider: 'v8',
      include: ['{packages,patterns,tools}/*/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text', 'json-summary'],
    },
  },
});
