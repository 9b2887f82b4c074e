import path from 'node:path';
import { readJson } from '../document/index.js';
import { readStart } from '../fs/read-regular-file.js';
import { type Config, configSchema, defaultConfig, type ResolvedConfig } from './config.js';
import { ConfigInvalidError, ConfigNotAllowedError, UnsafeUrlError } from './errors.js';
import { type OverruledSetting, overruledSettings } from './overruled.js';
import { forbiddenSettings, tighten } from './tighten.js';
import { userConfigPath } from './user-places.js';

export const CONFIG_FILE = 'codex-orch.config.json';

/** Longest configuration file, in bytes. */
const maxConfigBytes = 1024 * 1024;

/** Parses a configuration; `file` is named in errors. Throws {@link ConfigInvalidError} and {@link UnsafeUrlError}. */
export function parseConfig(text: string, file: string): Config {
  const { data, problems } = readJson(text, configSchema);
  if (!problems) return data;
  const unsafe = problems.find(({ params }) => params?.['unsafeUrl'] === true);
  if (unsafe) throw new UnsafeUrlError(file, unsafe);
  throw new ConfigInvalidError(file, problems);
}

async function readConfig(file: string, { followLinks }: { readonly followLinks: boolean }): Promise<Config> {
  let text: string;
  try {
    const { bytes, size } = await readStart(file, { maxBytes: maxConfigBytes, followLinks });
    if (size > maxConfigBytes) throw new Error(`it has ${size} bytes, and at most ${maxConfigBytes} are read`);
    text = bytes.toString('utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    const isLink = code === 'ELOOP' && !followLinks;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigInvalidError(file, isLink ? 'it is a symbolic link, which is not followed here' : reason, cause);
  }
  return parseConfig(text, file);
}

/** An unset setting says nothing, and must not undo what the layer below says. */
const overlay = <T extends object>(base: T, over: object | undefined): T => ({
  ...base,
  ...Object.fromEntries(Object.entries(over ?? {}).filter(([, value]) => value !== undefined)),
});

/** Lays one of the user's own configurations over another. */
export const mergeConfig = (base: ResolvedConfig, over: Config): ResolvedConfig => ({
  codex: overlay(base.codex, over.codex),
  model: overlay(base.model, over.model),
  tests: overlay(base.tests, over.tests),
  assets: overlay(base.assets, over.assets),
  limits: overlay(base.limits, over.limits),
  approvals: overlay(base.approvals, over.approvals),
  cloud: overlay(base.cloud, over.cloud),
  cloudSync: overlay(base.cloudSync, over.cloudSync),
  secrets: overlay(base.secrets, over.secrets),
  signing: overlay(base.signing, over.signing),
});

export interface LoadConfigOptions {
  /** Null where no repository has a say. */
  readonly repositoryRoot: string | null;
  readonly env: NodeJS.ProcessEnv;
  /** What was said on the command line; the user's words, like the user's file. */
  readonly flags?: Config | undefined;
}

/** What holds, and what the repository's file says. */
async function loadLayers({
  repositoryRoot,
  env,
  flags = {},
}: LoadConfigOptions): Promise<{ readonly resolved: ResolvedConfig; readonly repository: Config }> {
  const own = await readConfig(userConfigPath(env), { followLinks: true });
  const user = mergeConfig(mergeConfig(defaultConfig, own), flags);
  if (repositoryRoot === null) return { resolved: user, repository: {} };
  const file = path.join(repositoryRoot, CONFIG_FILE);
  const repository = await readConfig(file, { followLinks: false });
  const forbidden = forbiddenSettings(repository);
  if (forbidden.length > 0) throw new ConfigNotAllowedError(file, forbidden);
  return { resolved: tighten(user, repository), repository };
}

/**
 * Defaults, the user's file, the command line, and what the repository's file makes stricter.
 *
 * Throws {@link ConfigInvalidError}, {@link UnsafeUrlError}, {@link ConfigNotAllowedError} and `EnvironmentPathError`.
 */
export async function loadConfig(options: LoadConfigOptions): Promise<ResolvedConfig> {
  return (await loadLayers(options)).resolved;
}

/** What the repository's file says without effect, for who wonders why it does not hold. Throws as {@link loadConfig} does. */
export async function findOverruled(options: LoadConfigOptions): Promise<OverruledSetting[]> {
  const { resolved, repository } = await loadLayers(options);
  return overruledSettings(repository, resolved);
}
