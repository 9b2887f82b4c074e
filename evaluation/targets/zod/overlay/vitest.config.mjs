// The published files of zod carry its tests, but not the configuration that runs them.
const conditions = ['@zod/source', 'node', 'import', 'module', 'default'];

export default {
  // Without it, zod's own name leads to the compiled files beside the sources, and the tests would judge those.
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['src/v4/classic/tests/**/*.test.ts'],
    pool: 'threads',
    watch: false,
    cache: false,
  },
};
