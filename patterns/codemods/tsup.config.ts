import { readdirSync } from 'node:fs';
import type { Options } from 'tsup';
import { definePackageBuild } from '../../tsup.shared.js';

/** Every codemod is an entry of its own: `jscodeshift -t` is given the path of one file. */
const transforms = readdirSync(new URL('src/transforms', import.meta.url))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => name.slice(0, -'.ts'.length));
const sources = (folder: string) =>
  Object.fromEntries(transforms.map((name) => [folder + name, `src/transforms/${name}.ts`]));
const entry = { index: 'src/index.ts', ...sources('') };
const recipe = definePackageBuild(entry);

/**
 * jscodeshift has Babel compile every file that a transform loads, dependencies too, and so breaks those that ask for
 * `import.meta`. It spares paths with `/recast/` in them: what is shared is put there, and a codemod is shared by being
 * an entry twice.
 */
const build: Options = {
  ...recipe,
  entry: { ...entry, ...sources('recast/') },
  dts: { ...(typeof recipe.dts === 'object' ? recipe.dts : {}), entry },
  esbuildOptions(options) {
    options.chunkNames = 'recast/[name]-[hash]';
  },
};

export default build;
