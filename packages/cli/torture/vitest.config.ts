import { mergeConfig } from 'vitest/config';
import { definePackageTests } from '../../../vitest.shared.js';

/** Not part of `npm test`: it takes a quarter of an hour, and needs strace and root. */
export default mergeConfig(definePackageTests(new URL('../package.json', import.meta.url).href), {
  test: {
    name: 'torture',
    include: ['torture/**/*.torture.ts'],
    exclude: ['src/**', 'test/**'],
    testTimeout: 300_000,
    // Each file keeps the machine busy by itself.
    fileParallelism: false,
  },
});
