import type { ResolvedConfig } from '@codex-orch/core';
import type { RoleModelOptions } from '@codex-orch/roles';
import type { CodexRuntime } from './codex-runtime.js';
import type { ModelAccess } from './model-access.js';

export interface RoleModelParts {
  readonly config: ResolvedConfig;
  readonly access: ModelAccess;
  readonly codex: Pick<CodexRuntime, 'driver'>;
}

/** The model of the manager, the planner and the reviewer. */
export function roleModel({ config, access, codex }: RoleModelParts): RoleModelOptions {
  const { roles } = access;
  const timeoutMs = config.model.timeoutSeconds * 1000;
  if (roles.kind === 'codex') return { kind: 'codex', driver: codex.driver, model: roles.model, timeoutMs };
  const retries = config.model.provider?.requestMaxRetries;
  return {
    kind: 'responses',
    baseUrl: roles.baseUrl,
    apiKey: roles.apiKey?.reveal() ?? '',
    model: roles.model,
    timeoutMs,
    idleTimeoutMs: timeoutMs,
    ...(retries === undefined ? {} : { retry: { attempts: retries + 1 } }),
  };
}
