import { OrchError } from '@codex-orch/core';

const install = 'Install it with "npm install --global @openai/codex", or give the path of its binary.';

/** A repository could bring anything along under this name. */
const elsewhere =
  'Nothing in the repository that is worked on is run. Name another one with --repo <folder>, or install a Codex outside of this one: "npm install --global @openai/codex".';

/** No Codex was found. */
export class CodexMissingError extends OrchError {
  readonly code = 'codex-missing';
  override readonly interrupts = true;

  /** What was found and passed over, because it lies in the untrusted repository. */
  readonly refused: readonly string[];

  constructor(looked: readonly string[], refused: readonly string[]) {
    const places = [...new Set(refused)];
    const passedOver =
      places.length > 0
        ? ` Passed over, because it lies in the repository that is worked on: ${places.join(', ')}.`
        : '';
    super(`No Codex was found (looked in ${looked.join(', ')}).${passedOver}`, {
      hint: places.length > 0 ? elsewhere : install,
    });
    this.refused = places;
  }
}

/** The Codex that was found has none of the entry points that can be driven. */
export class CodexTooOldError extends OrchError {
  readonly code = 'codex-too-old';
  override readonly interrupts = true;

  constructor(binary: string, version: string) {
    super(`Codex ${version} (${binary}) is too old: it has no app-server.`, {
      hint: 'Version 0.128.0 is the oldest that is known to work; update with "npm install --global @openai/codex@latest".',
    });
  }
}

/** The Codex that was named or found cannot be run. */
export class CodexUnusableError extends OrchError {
  readonly code = 'codex-unusable';
  override readonly interrupts = true;

  constructor(path: string, reason: string | { readonly isInside: true }, cause?: unknown) {
    const isInside = typeof reason !== 'string';
    super(
      `The Codex at ${path} cannot be used: ${isInside ? 'it lies in the repository that is worked on' : reason}.`,
      { cause, hint: isInside ? elsewhere : install },
    );
  }
}
