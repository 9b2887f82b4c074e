import { OrchError } from '@codex-orch/core';

/** A goal in the cloud is to start from work that was not pushed. */
export class CloudBaseError extends OrchError {
  readonly code = 'cloud-base-local';

  constructor(id: string, needed: readonly string[]) {
    const names = needed.map((name) => `"${name}"`).join(', ');
    super(`"${id}" is to be built in Codex Cloud, on the work of ${names}, which was not pushed.`, {
      hint: 'Integrate and push that work, and plan the goal anew; or say `mode: local` for it.',
    });
  }
}

/** Goals would be started in the cloud, and no human has approved what would be done. */
export class PlanNotApprovedError extends OrchError {
  readonly code = 'goals-plan-not-approved';

  constructor(file: string, sha256: string, ids: readonly string[]) {
    super(
      `${ids.map((id) => `"${id}"`).join(', ')} would be started in Codex Cloud, and nobody has approved this plan (${sha256.slice(0, 12)}).`,
      {
        hint: `Look at it with \`codex-orch goals plan ${file}\`, then \`codex-orch goals approve ${file}\`, with the same --concurrency. Any change of the file or of the settings makes it another plan.`,
      },
    );
  }
}
