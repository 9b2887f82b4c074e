import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ModelProviderConfig, ResolvedConfig, Secret, SecretBroker } from '@codex-orch/core';
import type { CodexAuth, ModelProvider } from '@codex-orch/mcp-adapter';
import { userCodexHome } from './orch-home.js';

type Env = Readonly<Record<string, string | undefined>>;

/** The model that is asked for when nobody names one. */
const defaultModel = 'gpt-5.5';

/** How Codex and the roles reach a model. */
export interface ModelAccess {
  readonly codex: {
    readonly provider: ModelProvider | undefined;
    readonly auth: CodexAuth;
    /** The provider's key, for Codex's environment. */
    readonly key: Secret | undefined;
  };
  /** `codex`: the roles ask through Codex, because only Codex has credentials. */
  readonly roles:
    | { readonly kind: 'api'; readonly baseUrl: string; readonly apiKey: Secret | undefined; readonly model: string }
    | { readonly kind: 'codex'; readonly model: string | undefined };
  /** For people: which provider answers. */
  readonly label: string;
  /** What is missing, when nothing can answer. */
  readonly missing: string | undefined;
}

const apiUrl = 'https://api.openai.com/v1';
const openaiKey = 'OPENAI_API_KEY';

/** The variable in which Codex gets a key that is in no variable of the user's. Codex keeps names with KEY from what it runs. */
const brokeredKey = 'CODEX_ORCH_PROVIDER_KEY';

/** The environment that holds a provider's key, for a Codex process and nothing else. */
export const keyEnvironment = ({ codex: { provider, key } }: ModelAccess): Record<string, string> =>
  provider?.envKey === undefined || key === undefined ? {} : { [provider.envKey]: key.reveal() };

/**
 * Finds out how to reach a model: the configured provider, else Codex's own login, else `OPENAI_API_KEY`.
 *
 * Nothing is sent to a provider, and no key is written anywhere. Throws what {@link SecretBroker.get} throws.
 */
export async function modelAccess(
  config: ResolvedConfig,
  env: Env,
  broker: SecretBroker,
  signal?: AbortSignal,
): Promise<ModelAccess> {
  const { provider } = config.model;
  const model = config.model.name ?? config.codex.model ?? defaultModel;
  if (provider) {
    const key = provider.apiKey
      ? await broker.get(provider.apiKey.secret, signal)
      : provider.apiKeyEnv === undefined
        ? undefined
        : broker.variable(provider.apiKeyEnv);
    return {
      codex: { provider: toCodexProvider(provider), auth: { kind: 'none' }, key },
      roles:
        config.model.roles === 'codex'
          ? { kind: 'codex', model: config.model.name }
          : { kind: 'api', baseUrl: provider.baseUrl, apiKey: key, model },
      label: `${provider.name ?? provider.id} (${shownUrl(provider.baseUrl)})`,
      missing:
        provider.apiKeyEnv !== undefined && key === undefined
          ? `the environment variable ${provider.apiKeyEnv} is not set`
          : undefined,
    };
  }
  const home = userCodexHome(env);
  const isLoggedIn = existsSync(path.join(home, 'auth.json'));
  const key = broker.variable(openaiKey);
  const openai: ModelProvider = { id: 'openai-api', name: 'OpenAI API', baseUrl: apiUrl, envKey: openaiKey };
  const wantsApi = config.model.roles === 'api' || (config.model.roles === 'auto' && key !== undefined);
  return {
    codex: isLoggedIn
      ? { provider: undefined, auth: { kind: 'codex-home', home }, key: undefined }
      : { provider: key ? openai : undefined, auth: { kind: 'none' }, key },
    roles: wantsApi
      ? { kind: 'api', baseUrl: apiUrl, apiKey: key, model }
      : { kind: 'codex', model: config.model.name ?? config.codex.model },
    label: isLoggedIn
      ? wantsApi
        ? 'Codex login for Codex, OPENAI_API_KEY for the roles'
        : 'Codex login'
      : 'OpenAI API with OPENAI_API_KEY',
    missing: !isLoggedIn && key === undefined ? 'Codex is not logged in and OPENAI_API_KEY is not set' : undefined,
  };
}

/** A URL without what may be a secret in it. */
export function shownUrl(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`;
}

const toCodexProvider = (provider: ModelProviderConfig): ModelProvider => ({
  id: provider.id,
  name: provider.name ?? provider.id,
  baseUrl: provider.baseUrl,
  envKey: provider.apiKey ? brokeredKey : provider.apiKeyEnv,
  requestMaxRetries: provider.requestMaxRetries,
  streamMaxRetries: provider.streamMaxRetries,
});

/** Has those keys redacted that can be known without asking anybody, for commands that need no model. */
export function noteKeys({ model, secrets }: ResolvedConfig, broker: SecretBroker): void {
  const variables = Object.values(secrets).flatMap((source) => (source.from === 'env' ? [source.variable] : []));
  for (const variable of [model.provider?.apiKeyEnv, openaiKey, ...variables]) {
    if (variable !== undefined) broker.variable(variable);
  }
}
