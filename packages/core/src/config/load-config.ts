import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { type Config, configSchema, defaultConfig, type ResolvedConfig } from './config.js';
import { ConfigInvalidError, ConfigNotAllowedError } from './errors.js';
import { forbiddenSettings, tighten } from './tighten.js';

export const CONFIG_FILE = 'codex-orch.config.json';

/** Where the user's own configuration is. */
export const userConfigPath = (env: NodeJS.ProcessEnv): string =>
  env['CODEX_ORCH_CONFIG'] ??
  path.join(env['XDG_CONFIG_HOME'] ?? path.join(os.homedir(), '.config'), 'codex-orch', 'config.json');

/** Parses a configuration; `file` is named in errors. Throws {@link ConfigInvalidError}. */
export function parseConfig(text: string, file: string): Config {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new ConfigInvalidError(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) throw new ConfigInvalidError(file, z.prettifyError(parsed.error));
  return parsed.data;
}

async function readConfig(file: string): Promise<Config> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigInvalidError(file, cause instanceof Error ? cause.message : String(cause), cause);
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
  limits: overlay(base.limits, over.limits),
  approvals: overlay(base.approvals, over.approvals),
});

export interface LoadConfigOptions {
  readonly repositoryRoot: string;
  readonly env: NodeJS.ProcessEnv;
  /** What was said on the command line; the user's words, like the user's file. */
  readonly flags?: Config | undefined;
}

/**
 * Defaults, the user's file, the command line, and what the repository's file makes stricter.
 *
 * Throws {@link ConfigInvalidError} and {@link ConfigNotAllowedError}.
 */
export async function loadConfig({ repositoryRoot, env, flags = {} }: LoadConfigOptions): Promise<ResolvedConfig> {
  const user = mergeConfig(mergeConfig(defaultConfig, await readConfig(userConfigPath(env))), flags);
  const file = path.join(repositoryRoot, CONFIG_FILE);
  const repository = await readConfig(file);
  const forbidden = forbiddenSettings(repository);
  if (forbidden.length > 0) throw new ConfigNotAllowedError(file, forbidden);
  return tighten(user, repository);
}
