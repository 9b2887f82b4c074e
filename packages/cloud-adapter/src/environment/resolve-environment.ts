import { CloudEnvironmentAmbiguousError, CloudEnvironmentUnknownError } from '../cli/errors.js';

/** An environment that the user has named in the configuration. */
export interface ConfiguredEnvironment {
  /** Id or label, as `codex cloud exec --env` takes it. */
  readonly id: string;
  /** The `owner/name` that it is for. */
  readonly repository: string;
}

export interface ResolveEnvironmentOptions {
  /** What the user asked for; nothing else counts then. */
  readonly asked?: string | undefined;
  /** The `owner/name` of the repository that is worked on. */
  readonly repository: string | undefined;
  readonly configured?: readonly ConfiguredEnvironment[] | undefined;
}

/** An environment, and how it was found, in a few words. */
export interface ResolvedEnvironment {
  /** What `codex cloud exec --env` is given. Codex checks it before it submits anything. */
  readonly environment: string;
  readonly why: string;
}

/**
 * The environment to work in: the one that was asked for, else the one that is configured for the repository, else the one whose
 * label is `owner/name`, which is how Codex Cloud names them by itself.
 *
 * Whether the last one exists only Codex knows: `codex cloud` lists environments in its TUI alone, and refuses a label that is unknown
 * or that several have. Throws {@link CloudEnvironmentAmbiguousError} and {@link CloudEnvironmentUnknownError}.
 */
export function resolveEnvironment({
  asked,
  repository,
  configured = [],
}: ResolveEnvironmentOptions): ResolvedEnvironment {
  if (asked !== undefined) {
    if (asked.trim() === '') throw new CloudEnvironmentUnknownError('an empty name');
    return { environment: asked.trim(), why: 'asked for' };
  }
  if (repository === undefined)
    throw new CloudEnvironmentUnknownError(
      'this repository: it has no remote on GitHub',
      configured.map(({ id, repository: of }) => `${id} (${of})`),
    );
  const fitting = configured.filter(({ repository: of }) => of.toLowerCase() === repository.toLowerCase());
  const ids = [...new Set(fitting.map(({ id }) => id))];
  if (ids.length > 1) throw new CloudEnvironmentAmbiguousError(repository, ids);
  const [id] = ids;
  if (id !== undefined) return { environment: id, why: `configured for ${repository}` };
  return { environment: repository, why: `its label is the name of the repository` };
}
