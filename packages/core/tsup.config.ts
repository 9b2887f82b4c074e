import { definePackageBuild } from '../../tsup.shared.js';

export default definePackageBuild({
  index: 'src/index.ts',
  goals: 'src/goals/index.ts',
  integration: 'src/integration/index.ts',
  testing: 'src/testing/index.ts',
});
