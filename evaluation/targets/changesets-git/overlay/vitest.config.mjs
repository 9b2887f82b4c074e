// The published files carry the tests, but neither the configuration nor the helpers that they run with.
export default {
  resolve: { alias: { '@changesets/test-utils': new URL('test-utils.mjs', import.meta.url).pathname } },
  test: {
    globals: true,
    include: ['src/**/*.test.ts'],
    testTimeout: 60_000,
    pool: 'threads',
    watch: false,
    cache: false,
  },
};
