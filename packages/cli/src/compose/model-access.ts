import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ResolvedConfig } from '@codex-orch/core';
import type { CodexAuth, ModelProvider } from '@codex-orch/mcp-adapter';
import { userCodexHome } from './orch-home.js';

type Env = Readonly<Record<string, string | undefined>>;

/** The model that is asked for when nobody names one. */
const defaultModel = 'gpt-5.5';

/** How Codex and the roles reach a model. */
export interface ModelAccess {
  readonly codex: { readonly provider: ModelProvider | undefined; readonly auth: CodexAuth };
  /** `codex`: the roles ask through Codex, because only Codex has credentials. */
  readonly roles:
    | { readonly kind: 'api'; readonly baseUrl: string; readonly apiKey: string; readonly model: string }
    | { readonly kind: 'codex'; readonly model: string | undefined };
  /** For people: which provider answers. */
  readonly label: string;
  /** What is missing, when nothing can answer. */
  readonly missing: string | undefined;
}

const apiUrl = 'https://api.openai.com/v1';

/**
 * Finds out how to reach a model: the configured provider, else Codex's own login, else `OPENAI_API_KEY`.
 *
 * Nothing is sent, and no key is written anywhere.
 */
export function modelAccess(config: ResolvedConfig, env: Env): ModelAccess {
  const { provider } = config.model;
  const model = config.model.name ?? config.codex.model ?? defaultModel;
  const preferCodex = config.model.roles === 'codex';
  if (provider) {
    const apiKey = provider.apiKeyEnv === undefined ? '' : (env[provider.apiKeyEnv] ?? '');
    return {
      codex: {
        provider: {
          id: provider.id,
          name: provider.name ?? provider.id,
          baseUrl: provider.baseUrl,
          envKey: provider.apiKeyEnv,
          requestMaxRetries: provider.requestMaxRetries,
          streamMaxRetries: provider.streamMaxRetries,
        },
        auth: { kind: 'none' },
      },
      roles: preferCodex
        ? { kind: 'codex', model: config.model.name }
        : { kind: 'api', baseUrl: provider.baseUrl, apiKey, model },
      label: `${provider.name ?? provider.id} (${provider.baseUrl})`,
      missing:
        provider.apiKeyEnv !== undefined && apiKey === ''
          ? `the environment variable ${provider.apiKeyEnv} is not set`
          : undefined,
    };
  }
  const home = userCodexHome(env);
  const isLoggedIn = existsSync(path.join(home, 'auth.json'));
  const apiKey = env['OPENAI_API_KEY'] ?? '';
  const openai: ModelProvider = { id: 'openai-api', name: 'OpenAI API', baseUrl: apiUrl, envKey: 'OPENAI_API_KEY' };
  const wantsApi = config.model.roles === 'api' || (config.model.roles === 'auto' && apiKey !== '');
  return {
    codex: isLoggedIn
      ? { provider: undefined, auth: { kind: 'codex-home', home } }
      : { provider: apiKey ? openai : undefined, auth: { kind: 'none' } },
    roles: wantsApi
      ? { kind: 'api', baseUrl: apiUrl, apiKey, model }
      : { kind: 'codex', model: config.model.name ?? config.codex.model },
    label: isLoggedIn
      ? wantsApi
        ? 'Codex login for Codex, OPENAI_API_KEY for the roles'
        : 'Codex login'
      : 'OpenAI API with OPENAI_API_KEY',
    missing: !isLoggedIn && apiKey === '' ? 'Codex is not logged in and OPENAI_API_KEY is not set' : undefined,
  };
}
