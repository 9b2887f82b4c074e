import { chmod, lstat, mkdir, readlink, realpath, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { guardedBy, maskSecretsInFiles, OrchError, type Redactor, writeFileAtomic } from '@codex-orch/core';
import { stringify, type TomlTable } from 'smol-toml';
import { credentialPaths } from '../sandbox/credential-paths.js';
import { CodexHomeError } from './errors.js';
import { isHomeInUse } from './in-use.js';
import { permissionProfiles } from './permission-profiles.js';
import { untrusted } from './untrusted-projects.js';

/** A model provider other than Codex's own; it must speak the Responses API. */
export interface ModelProvider {
  /** Lower-case letters, digits, `-` and `_`. */
  readonly id: string;
  readonly name: string;
  readonly baseUrl: string;
  /** The environment variable that holds its key; without it, no key is sent. */
  readonly envKey?: string | undefined;
  /** Extra tries of a request that failed, and of a stream that broke; Codex's own defaults when absent. */
  readonly requestMaxRetries?: number | undefined;
  readonly streamMaxRetries?: number | undefined;
  /** Milliseconds without a byte after which a stream counts as broken. */
  readonly streamIdleTimeoutMs?: number | undefined;
}

/** Where Codex's credentials come from. */
export type CodexAuth =
  /** The login in the user's own CODEX_HOME; refreshed tokens are written back there. */
  | { readonly kind: 'codex-home'; readonly home: string }
  /** An environment variable, for a provider with `envKey` or for `codex exec`, which knows `CODEX_API_KEY`. */
  | { readonly kind: 'env-key'; readonly variable: string }
  | { readonly kind: 'none' };

export interface CodexHomeOptions {
  /** The folder to make or to bring up to date. */
  readonly dir: string;
  /** The repositories and work trees that Codex will work in; their own Codex configuration is never loaded. */
  readonly projectRoot: string | readonly string[];
  readonly provider?: ModelProvider | undefined;
  readonly auth: CodexAuth;
  /** The default model. */
  readonly model?: string | undefined;
  /**
   * Keeps the commands that Codex runs from reading the usual places of credentials below `userHome`, and the `hidden` paths, which
   * are absolute. It takes a Codex with permission profiles: one whose sandbox `probeSandbox` found to work.
   */
  readonly confine?: { readonly userHome: string | undefined; readonly hidden: readonly string[] } | undefined;
  /** Knows what must not be in there: what a Codex that was killed left of it is masked. */
  readonly redactor?: Redactor | undefined;
  /** More of config.toml, merged over what this writes, table by table. The trust of projects cannot be changed. */
  readonly extra?: TomlTable | undefined;
}

/** A CODEX_HOME that belongs to the orchestrator. */
export interface CodexHome {
  readonly dir: string;
  readonly provider?: Pick<ModelProvider, 'name' | 'envKey'> | undefined;
  /** Environment variables that hold credentials for this home. */
  readonly keyVariables: readonly string[];
  /** Whether commands are kept from reading credentials; see `confine`. */
  readonly confined?: true;
}

const providerIdPattern = /^[a-z0-9][a-z0-9_-]*$/;

/**
 * Makes a private CODEX_HOME in which the projects are untrusted, so that a repository's own `.codex/config.toml` runs nothing.
 *
 * May be repeated; the configuration is replaced atomically and sessions are kept. Throws {@link CodexHomeError}.
 */
export async function prepareCodexHome(options: CodexHomeOptions): Promise<CodexHome> {
  const { provider, auth } = options;
  if (provider && !providerIdPattern.test(provider.id)) {
    throw new CodexHomeError(
      options.dir,
      `the provider id "${provider.id}" has other characters than a-z, 0-9, - and _`,
    );
  }
  const dir = path.resolve(options.dir);
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await chmod(dir, 0o700);
    const real = await realpath(dir);
    // Files that a Codex has open are masked when that one ends.
    if (options.redactor && !(await isHomeInUse(real))) await maskSecretsInFiles(real, options.redactor);
    await linkAuth(real, auth);
    // What does not exist yet cannot be hidden.
    await mkdir(path.join(real, 'sessions'), { recursive: true, mode: 0o700 });
    await writeFileAtomic(path.join(real, 'config.toml'), await configText(real, options), { mode: 0o600 });
    const keys = [provider?.envKey, auth.kind === 'env-key' ? auth.variable : undefined];
    return {
      dir: real,
      keyVariables: [...new Set(keys.filter((key) => key !== undefined))],
      ...(provider && { provider: { name: provider.name, envKey: provider.envKey } }),
      ...(options.confine && { confined: true }),
    };
  } catch (cause) {
    // A disk that is full or fails is told as such.
    if (cause instanceof OrchError) throw cause;
    throw new CodexHomeError(dir, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function configText(
  codexHome: string,
  { projectRoot, provider, model, extra, confine }: CodexHomeOptions,
): Promise<string> {
  const roots = typeof projectRoot === 'string' ? [projectRoot] : projectRoot;
  const spellings = await Promise.all(
    roots.map(async (root) => [path.resolve(root), await realpath(root).catch(() => path.resolve(root))]),
  );
  const profiles =
    confine && permissionProfiles(await credentialPaths({ ...confine, codexHome, needed: spellings.flat() }));
  const base: TomlTable = {
    ...(model !== undefined && { model }),
    ...(provider && { model_provider: provider.id, model_providers: { [provider.id]: providerTable(provider) } }),
    check_for_update_on_startup: false,
    history: { persistence: 'none' },
    analytics: { enabled: false },
    feedback: { enabled: false },
    otel: { exporter: 'none', metrics_exporter: 'none', trace_exporter: 'none', log_user_prompt: false },
    // Each of these fetches or starts what nobody here asked for: a plugin catalogue from the network at every start, connectors,
    // commands and servers that a repository's own files name, and for each thread the user's login shell, outside of any sandbox.
    features: {
      apps: false,
      hooks: false,
      plugins: false,
      skill_mcp_dependency_install: false,
      shell_snapshot: false,
    },
    // What a profile of the user exports, maybe a secret, would reach commands past the policy below.
    allow_login_shell: false,
    sandbox_workspace_write: { network_access: false, exclude_slash_tmp: true, exclude_tmpdir_env_var: true },
    shell_environment_policy: {
      inherit: 'core',
      ignore_default_excludes: false,
      // Codex clears the environment of its commands; by the first they are found if we are killed. Bash takes standard input that is
      // a socket for a session from afar and reads ~/.bashrc, unless another shell is around it.
      set: { ...guardedBy, SHLVL: '1' },
    },
    ...profiles,
  };
  return stringify({ ...merge(base, extra ?? {}), projects: untrusted(spellings.flat()) });
}

function providerTable(provider: ModelProvider): TomlTable {
  return {
    name: provider.name,
    base_url: provider.baseUrl,
    wire_api: 'responses',
    ...(provider.envKey !== undefined && { env_key: provider.envKey }),
    ...(provider.requestMaxRetries !== undefined && { request_max_retries: provider.requestMaxRetries }),
    ...(provider.streamMaxRetries !== undefined && { stream_max_retries: provider.streamMaxRetries }),
    ...(provider.streamIdleTimeoutMs !== undefined && { stream_idle_timeout_ms: provider.streamIdleTimeoutMs }),
  };
}

const isTable = (value: unknown): value is TomlTable =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

function merge(base: TomlTable, over: TomlTable): TomlTable {
  const merged: TomlTable = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const present = merged[key];
    merged[key] = isTable(present) && isTable(value) ? merge(present, value) : value;
  }
  return merged;
}

/** Makes auth.json a link to the user's own, so that a token which Codex refreshes is not lost to the user. */
async function linkAuth(dir: string, auth: CodexAuth): Promise<void> {
  const link = path.join(dir, 'auth.json');
  if (auth.kind !== 'codex-home') {
    await rm(link, { force: true });
    return;
  }
  const target = path.join(path.resolve(auth.home), 'auth.json');
  const present = await lstat(target).catch(() => undefined);
  if (!present)
    throw new CodexHomeError(dir, `there is no login in ${auth.home}`, undefined, 'Run "codex login" first.');
  if ((await readlink(link).catch(() => undefined)) === target) return;
  await rm(link, { force: true });
  await symlink(target, link);
}
