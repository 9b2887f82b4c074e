import { mergeConfig } from 'vitest/config';
import { definePackageTests } from '../../vitest.shared.js';

/** The newest Agents SDK that the peer range allows, beside the oldest that `vitest.config.ts` uses. */
export default mergeConfig(definePackageTests(import.meta.url, { isolate: false }), {
  resolve: { alias: { '@openai/agents-core': 'agents-core-newest' } },
  test: {
    name: 'roles-newest-sdk',
    // What does not touch the SDK, and what needs Codex, runs with the oldest only.
    exclude: ['src/**', 'test/builder.test.ts', 'test/codex-source.test.ts'],
  },
});
