import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readJson } from '../document/index.js';
import { writeFileAtomic } from '../fs/atomic-write.js';
import { NotAWorkspaceError } from './errors.js';

const objectId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

const recordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  baseCommit: objectId,
  baseTree: objectId,
  objectFormat: z.enum(['sha1', 'sha256']),
  checkoutConfig: z.array(z.string().regex(/^core\.[a-z]+=\w+$/)),
  /** The object folders that the workspace borrows from. */
  borrowFrom: z.array(z.string()),
  /** Dependency folders that were linked in; never part of a snapshot. */
  linked: z.array(z.string()),
});

/** What a workspace remembers about itself. It is written last, so a workspace that has it is whole. */
export type WorkspaceRecord = Readonly<z.infer<typeof recordSchema>>;

const fileIn = (dir: string) => path.join(dir, 'workspace.json');

/** Throws {@link NotAWorkspaceError} when there is none, or one that this version does not understand. */
export async function readRecord(dir: string): Promise<WorkspaceRecord> {
  let text: string;
  try {
    text = await readFile(fileIn(dir), 'utf8');
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new NotAWorkspaceError(dir, 'it has no workspace.json');
  }
  const { data, problems } = readJson(text, recordSchema);
  if (!problems) return data;
  throw new NotAWorkspaceError(
    dir,
    `its workspace.json cannot be understood: ${problems.map(({ message }) => message).join('; ')}`,
  );
}

/** Replaces the record atomically. */
export async function writeRecord(dir: string, record: WorkspaceRecord): Promise<void> {
  await writeFileAtomic(fileIn(dir), `${JSON.stringify(record, undefined, 2)}\n`);
}
