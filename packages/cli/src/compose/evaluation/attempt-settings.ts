import { type Config, mergeConfig, type ResolvedConfig } from '@codex-orch/core';
import type { GoalAttempt } from '@codex-orch/eval-harness';
import type { ReplayServer } from '@codex-orch/replay';

/** What answers in an attempt. */
export type AnswerSource =
  | { readonly kind: 'live' }
  /** A live model, whose answers are kept. */
  | { readonly kind: 'recorded'; readonly server: ReplayServer }
  | { readonly kind: 'cassette'; readonly server: ReplayServer };

/** What a cassette stands in for, where the variant names no model: every Codex offers it what cassettes use. */
const cassetteModel = 'gpt-5.5';

/** What of the user's settings an attempt has otherwise. */
export function attemptSettings(user: ResolvedConfig, attempt: GoalAttempt, source: AnswerSource): ResolvedConfig {
  const { variant, testCommands, limits } = attempt;
  const name = variant.model ?? (source.kind === 'cassette' ? cassetteModel : undefined);
  const chosen: Config = {
    codex: {
      sandbox: 'workspace-write',
      ...(variant.driver && { driver: variant.driver }),
      ...(name !== undefined && { model: name }),
    },
    model: { ...providerOf(user, source), ...(name !== undefined && { name }) },
    tests: {
      commands: testCommands.map((command) => [...command]),
      required: true,
      dependencies: 'link',
      // Where Codex's sandbox does not work, the goal is refused: nothing could be hidden from it.
      sandbox: 'required',
      network: false,
    },
    limits,
    // Nobody is there to be asked, and what one user's library offers would make results another's cannot repeat.
    approvals: { elevation: 'deny', holdMinutes: 0 },
    assets: { offer: 'none' },
    cloudSync: { enabled: false },
  };
  // The user's key signs what the user decides.
  return { ...mergeConfig(user, chosen), signing: { require: false } };
}

function providerOf(user: ResolvedConfig, source: AnswerSource): Config['model'] {
  if (source.kind === 'live') return {};
  const { baseUrl } = source.server;
  if (source.kind === 'cassette') return { provider: { id: 'replay', name: 'a cassette', baseUrl }, roles: 'api' };
  // Whoever records passes on what is asked, key and all.
  return user.model.provider ? { provider: { ...user.model.provider, baseUrl } } : {};
}
