import type { z } from 'zod';
import { judgeDocument, problemLine } from '../document/index.js';
import { configSchema, defaultConfig, type ModelProviderConfig, type ResolvedConfig } from './config.js';
import { ConfigInvalidError, ProviderChangedError } from './errors.js';
import { mergeConfig } from './load-config.js';
import { tighten } from './tighten.js';

/** What a run remembers of the configuration it began with: no secret, nor where the user keeps any. */
export function settingsOf({ codex, model, tests, assets, approvals }: ResolvedConfig): z.core.util.JSONType {
  // Through JSON, as unset settings are not written.
  return JSON.parse(
    JSON.stringify({ codex, model, tests, assets: { offer: assets.offer }, approvals }),
  ) as z.core.util.JSONType;
}

/**
 * The configuration with which a run goes on: what it began with, made as strict as today's.
 *
 * A run directory is no place to take orders from on where credentials go. So a run goes on with the provider it began with only
 * when that one gets no credential, or when it still is the one that today's configuration names, whose keys are then used.
 *
 * `file` is named in errors. Throws {@link ProviderChangedError} and {@link ConfigInvalidError}.
 */
export function resumeConfig(recorded: unknown, today: ResolvedConfig, file: string): ResolvedConfig {
  if (recorded === undefined) return today;
  const { data, problems } = judgeDocument(configSchema, recorded);
  if (problems) throw new ConfigInvalidError(file, problems.map(problemLine).join('; '));
  const { codex, model, tests, assets, approvals } = data;
  const provider = providerFor(model?.provider, today.model.provider);
  const base = {
    ...defaultConfig,
    // Code that is run is named by today's configuration alone.
    assets: { ...defaultConfig.assets, indexes: today.assets.indexes },
    limits: today.limits,
    cloud: today.cloud,
    cloudSync: today.cloudSync,
    secrets: today.secrets,
    signing: today.signing,
  };
  const began = mergeConfig(base, {
    codex,
    model: { ...model, provider },
    tests,
    assets: { offer: assets?.offer },
    approvals,
  });
  const now = tighten(began, {
    codex: { sandbox: today.codex.sandbox, approvalPolicy: today.codex.approvalPolicy },
    tests: {
      required: today.tests.required,
      dependencies: today.tests.dependencies,
      sandbox: today.tests.sandbox,
      network: today.tests.network,
      lint: today.tests.lint,
    },
    assets: { offer: today.assets.offer },
    approvals: { elevation: today.approvals.elevation },
  });
  return today.codex.approvalPolicy === 'never' ? { ...now, codex: { ...now.codex, approvalPolicy: 'never' } } : now;
}

function providerFor(
  began: ModelProviderConfig | undefined,
  today: ModelProviderConfig | undefined,
): ModelProviderConfig | undefined {
  if (began?.baseUrl === today?.baseUrl) return today;
  if (began && began.apiKey === undefined && began.apiKeyEnv === undefined) return began;
  throw new ProviderChangedError(nameOf(began), nameOf(today));
}

const nameOf = (provider: ModelProviderConfig | undefined): string =>
  provider ? `the provider at ${provider.baseUrl}` : "OpenAI, through Codex's login or OPENAI_API_KEY";
