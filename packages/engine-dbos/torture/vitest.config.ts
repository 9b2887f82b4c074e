import { definePackageTests } from '../../../vitest.shared.js';

const project = definePackageTests(new URL('../package.json', import.meta.url).href);

/** Not part of `npm test`: it takes minutes. `npx vitest run --config packages/engine-dbos/torture/vitest.config.ts` */
const torture: typeof project = {
  ...project,
  ssr: { resolve: { conditions: ['@codex-orch/source', 'node'] } },
  test: { ...project.test, name: 'engine-dbos-torture', include: ['torture/**/*.torture.ts'], testTimeout: 900_000 },
};
export default torture;
