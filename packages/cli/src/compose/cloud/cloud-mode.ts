import type { ResolvedEnvironment } from '@codex-orch/cloud-adapter';

/** How a goal in the cloud is worked on, and why, for its manifest. */
export const cloudMode = (requested: string, { environment, why }: ResolvedEnvironment) => ({
  requested,
  used: 'cloud' as const,
  reason: `environment ${environment}: ${why}`,
});
