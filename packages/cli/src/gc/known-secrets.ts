import { type Redactor, type ResolvedConfig, SecretBroker } from '@codex-orch/core';
import { noteKeys } from '../compose/model-access.js';

/**
 * Has those secrets looked for whose values can be had without asking anybody: those in the environment and in files. What a
 * command or a Vault hands out is masked when its run is opened again.
 */
export async function noteKnownSecrets(
  config: ResolvedConfig,
  env: NodeJS.ProcessEnv,
  redactor: Redactor,
): Promise<void> {
  const broker = new SecretBroker({ sources: config.secrets, env, redactor });
  noteKeys(config, broker);
  for (const [name, { from }] of Object.entries(config.secrets)) {
    // A file that is gone or unsafe is a matter for the next run; it is no reason to keep garbage.
    if (from === 'file') await broker.get(name).catch(() => undefined);
  }
}
