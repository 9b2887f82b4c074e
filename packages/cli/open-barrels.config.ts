import { readFile } from 'node:fs/promises';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** `export { a, b } from './c.js';`, without a name that changes on the way. */
const named = /^export (type )?\{([^}]*)\} from ('\.[^']+');$/gm;

/**
 * Lets a bundle take from an `index.ts` of ours only what it uses.
 *
 * To esbuild, whoever uses one thing that such a file exports by name depends on all files that it names: a command that wants one
 * error class would load every module of the package that any command uses, and their libraries. `export *` it looks through.
 */
export const openBarrels = (): Plugin => ({
  name: 'open-barrels',
  setup: (build) => {
    build.onLoad({ filter: /[\\/]packages[\\/][^\\/]+[\\/]src[\\/](?:.*[\\/])?index\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(
        named,
        (whole, type: string | undefined, names: string, from) => {
          if (type !== undefined) return '';
          return /\bas\b/.test(names) ? whole : `export * from ${from};`;
        },
      ),
      loader: 'ts',
    }));
  },
});
