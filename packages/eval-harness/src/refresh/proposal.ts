import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { canonicalJson, ifAbsent, makeFolder, sha256, writeFileAtomic } from '@codex-orch/core';
import { z } from 'zod';
import { RefreshOutdatedError, UnknownRefreshError } from './errors.js';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

const proposalSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** What an approval names: the start of the SHA-256 over the files. */
  id: z.string(),
  files: z
    .array(
      z.strictObject({
        /** Relative to the folder of `targets.json`. */
        path: z.string().regex(/^(?:targets\.json|targets\/[a-z0-9][a-z0-9._-]*\/package(?:-lock)?\.json)$/),
        /** SHA-256 of what it is to replace. */
        before: digest,
        after: z.string(),
      }),
    )
    .min(1),
});

/** Files of a list of targets as a refresh would have them, for a person to look at. */
export type Proposal = z.infer<typeof proposalSchema>;

export interface ProposedFile {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Undefined where nothing would be changed. The list comes last: it pins the others. */
export function proposalOf(files: readonly ProposedFile[]): Proposal | undefined {
  const changed = files
    .filter(({ before, after }) => before !== after)
    .map(({ path: file, before, after }) => ({ path: file, before: sha256(before), after }))
    .sort((a, b) => Number(a.path === 'targets.json') - Number(b.path === 'targets.json'));
  return changed.length === 0 ? undefined : { schemaVersion: 1, id: idOf(changed), files: changed };
}

const idOf = (files: Proposal['files']): string => sha256(canonicalJson(files)).slice(0, 16);

/** Keeps a proposal until somebody approves it. */
export async function keepProposal(dir: string, proposal: Proposal): Promise<void> {
  await makeFolder(dir);
  await writeFileAtomic(path.join(dir, `${proposal.id}.json`), `${JSON.stringify(proposal, undefined, 2)}\n`);
}

/** The proposal that was kept under this id, word for word. Throws {@link UnknownRefreshError}. */
export async function readProposal(dir: string, id: string): Promise<Proposal> {
  if (!/^[0-9a-f]{16}$/.test(id)) throw new UnknownRefreshError(id);
  let proposal: Proposal;
  try {
    proposal = proposalSchema.parse(JSON.parse(await readFile(path.join(dir, `${id}.json`), 'utf8')));
  } catch (error) {
    throw new UnknownRefreshError(id, error);
  }
  if (proposal.id !== id || idOf(proposal.files) !== id) throw new UnknownRefreshError(id);
  return proposal;
}

/**
 * Writes what is proposed, each file as a whole, and the list last: one that was cut off before shows as a changed configuration, and
 * is completed by the same call.
 *
 * @param folder of `targets.json`
 * Throws {@link RefreshOutdatedError} where a file is neither what it was nor what it is to be; nothing is written then.
 */
export async function writeProposal(folder: string, { files }: Proposal): Promise<void> {
  const missing: Proposal['files'] = [];
  for (const file of files) {
    const now = await ifAbsent(readFile(path.join(folder, file.path), 'utf8'), '');
    if (now === file.after) continue;
    if (sha256(now) !== file.before) throw new RefreshOutdatedError(path.join(folder, file.path));
    missing.push(file);
  }
  for (const { path: file, after } of missing) await writeFileAtomic(path.join(folder, file), after);
}
