import { cp, rm } from 'node:fs/promises';
import type { Options } from 'tsup';
import { definePackageBuild } from '../../tsup.shared.js';
import { openBarrels } from './open-barrels.config.js';
import { thirdPartyLicenses } from './third-party-licenses.config.js';

const library = definePackageBuild({ index: 'src/index.ts' });

/**
 * The command carries all that it needs in a few files: to find, read and link hundreds of modules took longer than most of what
 * it does. It is made from the sources, so that each command loads what it uses.
 */
const command: Options = {
  ...definePackageBuild({
    main: 'src/main.ts',
    // A program of its own, which the library starts by its path: beside the file that it is in.
    'lane-program': '../learning-library/src/lane/lane-program.js',
  }),
  dts: false,
  sourcemap: false,
  // Compiled code, what finds its own files by their place, and what asks for packages that may not be there, cannot be carried along.
  noExternal: [/^(?!(?:oxc-parser|jscodeshift|@dbos-inc\/dbos-sdk|pg|@aws-sdk\/client-s3)(?:\/|$))/],
  // Names stay as they are, for stack traces.
  esbuildOptions: (options) => {
    options.conditions = ['@codex-orch/source'];
    // Of a package in two forms the one with modules: the other may ask for its own parts in a way that no bundle can follow.
    options.mainFields = ['module', 'main'];
    options.minifyWhitespace = true;
    options.minifySyntax = true;
  },
  // Some packages are CommonJS and ask for Node's own modules.
  banner: {
    js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);`,
  },
  esbuildPlugins: [openBarrels(), thirdPartyLicenses('dist/THIRD-PARTY-LICENSES.txt')],
};

export default async (): Promise<Options[]> => {
  // The two are built at the same time, so neither may clean up after the other.
  await rm('dist', { recursive: true, force: true });
  await cp('../../patterns/index.json', 'dist/patterns/index.json');
  return [
    { ...library, clean: false },
    { ...command, clean: false },
  ];
};
