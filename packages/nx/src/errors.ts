import { OrchError } from '@codex-orch/core';

/** nx.json gives the plugin an option that it cannot have. */
export class PluginOptionsError extends OrchError {
  readonly code = 'nx-plugin-options';

  constructor(option: string, problem: string) {
    super(`nx.json: the option "${option}" of @codex-orch/nx ${problem}.`, {
      hint: 'Correct or remove it under "plugins" in nx.json.',
    });
  }
}
