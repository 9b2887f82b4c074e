import { z } from 'zod';
import type { ToolchainProfile } from './profile.js';
import type { ProjectFiles } from './project-files.js';

interface PackageManager {
  readonly lockfiles: readonly string[];
  readonly test: readonly string[];
  readonly install: readonly string[];
  /** Where the lockfile is missing. */
  readonly installFresh: readonly string[];
}

const managers = {
  pnpm: {
    lockfiles: ['pnpm-lock.yaml'],
    test: ['pnpm', 'test'],
    install: ['pnpm', 'install', '--frozen-lockfile'],
    installFresh: ['pnpm', 'install'],
  },
  yarn: {
    lockfiles: ['yarn.lock'],
    test: ['yarn', 'test'],
    install: ['yarn', 'install', '--frozen-lockfile'],
    installFresh: ['yarn', 'install'],
  },
  // `bun test` is Bun's own runner; the project's script may be another.
  bun: {
    lockfiles: ['bun.lock', 'bun.lockb'],
    test: ['bun', 'run', 'test'],
    install: ['bun', 'install', '--frozen-lockfile'],
    installFresh: ['bun', 'install'],
  },
  npm: {
    lockfiles: ['package-lock.json', 'npm-shrinkwrap.json'],
    test: ['npm', 'test'],
    install: ['npm', 'ci'],
    installFresh: ['npm', 'install'],
  },
} satisfies Record<string, PackageManager>;

type ManagerName = keyof typeof managers;

const manifestSchema = z.object({
  scripts: z.record(z.string(), z.unknown()).optional().catch(undefined),
  packageManager: z.string().optional().catch(undefined),
});

const names = Object.keys(managers) as ManagerName[];

/** What `npm init` writes. */
const isPlaceholder = (script: string) => /no test specified/i.test(script);

export const nodeProfiles: readonly ToolchainProfile[] = names.map((name) => ({
  name,
  detect: async (files) => {
    const manifest = await readManifest(files);
    if (manifest === undefined) return undefined;
    if (manifest === 'unreadable') return name === 'npm' ? none('package.json is not valid JSON') : undefined;
    const { manager, lockfile, why } = await choose(files, manifest.packageManager);
    if (manager !== name) return undefined;
    const script = manifest.scripts?.['test'];
    if (typeof script !== 'string' || script.trim() === '') return none('package.json has no "test" script');
    if (isPlaceholder(script)) return none('the "test" script of package.json is npm\'s placeholder');
    const { test, install, installFresh } = managers[name];
    // Yarn 2 and newer renamed the flag.
    const isModernYarn =
      name === 'yarn' &&
      ((await files.has('.yarnrc.yml')) || /^yarn@(?:[2-9]|\d\d)/.test(manifest.packageManager ?? ''));
    const locked = isModernYarn ? ['yarn', 'install', '--immutable'] : install;
    return {
      commands: [test],
      setup: [lockfile === undefined ? installFresh : locked],
      reason: `package.json has a "test" script; ${why}`,
    };
  },
}));

const none = (reason: string) => ({ commands: [], setup: [], reason });

async function readManifest(files: ProjectFiles): Promise<z.infer<typeof manifestSchema> | 'unreadable' | undefined> {
  const text = await files.text('package.json');
  if (text === undefined) return undefined;
  try {
    return manifestSchema.parse(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return 'unreadable';
  }
}

async function choose(
  files: ProjectFiles,
  packageManager: string | undefined,
): Promise<{ readonly manager: ManagerName; readonly lockfile: string | undefined; readonly why: string }> {
  const named = names.find((name) => packageManager?.split('@')[0] === name);
  if (named)
    return {
      manager: named,
      lockfile: await files.firstOf(managers[named].lockfiles),
      why: `it names ${named} as its package manager`,
    };
  for (const manager of names) {
    const lockfile = await files.firstOf(managers[manager].lockfiles);
    if (lockfile !== undefined) return { manager, lockfile, why: `${lockfile} is there` };
  }
  return { manager: 'npm', lockfile: undefined, why: 'there is no lockfile, so npm is taken' };
}
