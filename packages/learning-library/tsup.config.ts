import { definePackageBuild } from '../../tsup.shared.js';

export default definePackageBuild({
  index: 'src/index.ts',
  // A program of its own, started by its path.
  'lane-program': 'src/lane/lane-program.js',
});
