import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { CloudCli, type CloudLaunch, CloudLoginError, CloudUnsupportedError } from '@codex-orch/cloud-adapter';
import { ifAbsent, type Redactor, type ResolvedConfig } from '@codex-orch/core';
import { childEnvironment, prepareCodexHome, probeCodex } from '@codex-orch/mcp-adapter';
import { secureOrchHome, userCodexHome } from '../orch-home.js';
import { cloudHomeDir } from './cloud-place.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Codex's own setting for another backend; Codex since 0.153.4 obeys it for OpenAI's addresses only. */
const backend = 'CODEX_CLOUD_TASKS_BASE_URL';

export interface OpenCloudOptions {
  readonly config: Pick<ResolvedConfig, 'codex'>;
  readonly env: Env;
  /** The repository that is worked on: nothing in it is run. */
  readonly repositoryRoot: string;
  /** Keeps what could not be understood. */
  readonly rawDir: string;
  readonly redactor: Redactor;
  readonly signal?: AbortSignal | undefined;
}

/** `codex cloud` of the user's Codex, with the user's login and a home of ours. */
export interface OpenedCloud {
  readonly cli: CloudCli;
  readonly launch: CloudLaunch;
}

/** Sends nothing. Throws what finding Codex throws, `CloudLoginError` without a login, and `CloudUnsupportedError`. */
export async function openCloud(options: OpenCloudOptions): Promise<OpenedCloud> {
  const { config, env, repositoryRoot, rawDir, redactor, signal } = options;
  const probe = await probeCodex({ path: config.codex.path, env, untrustedRoot: repositoryRoot, signal });
  if (!probe.drivers.cloud) throw new CloudUnsupportedError(probe.version, '"codex cloud"');
  await secureOrchHome(env);
  const login = path.join(userCodexHome(env), 'auth.json');
  if (!(await ifAbsent(lstat(login), undefined))) throw new CloudLoginError(`there is none in ${login}`);
  const home = await prepareCodexHome({
    dir: cloudHomeDir(env),
    projectRoot: repositoryRoot,
    auth: { kind: 'codex-home', home: userCodexHome(env) },
  });
  const url = env[backend];
  const extra = url === undefined ? {} : { [backend]: url };
  const launch = {
    binary: probe.binary,
    version: probe.version,
    env: childEnvironment({ home, from: env, extra }),
  };
  const cli = await CloudCli.probe(launch, { rawDir, redact: (text) => redactor.text(text) }, { signal });
  return { cli, launch };
}
