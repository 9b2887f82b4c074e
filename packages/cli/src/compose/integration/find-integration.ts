import { OrchError } from '@codex-orch/core';
import { IntegrationLayout, UnknownIntegrationError } from '@codex-orch/core/integration';
import { idsNamed } from '../named-id.js';
import { assertIntegrationNoted, isNoted } from './integration-place.js';

type Env = Readonly<Record<string, string | undefined>>;

/** An integration was interrupted before it recorded anything. */
export class IntegrationEmptyError extends OrchError {
  readonly code = 'integration-empty';

  constructor(id: string) {
    super(`Integration ${id} has recorded nothing yet.`, {
      hint: 'It was interrupted before it began. Integrate the runs again.',
    });
  }
}

/** Ids of the integrations that this user made in a repository, the oldest first. */
export async function ownIntegrations(env: Env, repository: string): Promise<readonly string[]> {
  const ids = await new IntegrationLayout(repository).list();
  const own = await Promise.all(ids.map((id) => isNoted(env, id, repository)));
  return ids.filter((_, index) => own[index]);
}

/**
 * Finds an integration by its id, the beginning or the end of it, or `latest`.
 *
 * Throws `UnknownIntegrationError`, `IntegrationNotNotedError` for one that was not made here, and `IdEndTooShortError`.
 */
export async function findIntegration(env: Env, repository: string, asked: string): Promise<string> {
  const layout = new IntegrationLayout(repository);
  const own = await ownIntegrations(env, repository);
  const latest = own.at(-1);
  if (asked === 'latest' && latest !== undefined) return latest;
  const found = idsNamed(asked, own);
  const [id] = found;
  if (id !== undefined && found.length === 1) return id;
  // One that came with the repository is told from one that is not there.
  const other = (await layout.list()).find((known) => known === asked.toLowerCase());
  if (other !== undefined) await assertIntegrationNoted(env, other, repository);
  throw new UnknownIntegrationError(asked, layout.root, found);
}
