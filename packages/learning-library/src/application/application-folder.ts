import { constants } from 'node:fs';
import { lstat, open, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  excludeFromGit,
  isRunId,
  makeFolder,
  readJson,
  type Repository,
  RunPlaceUnsafeError,
  writeFileAtomic,
} from '@codex-orch/core';
import { type ApplicationRecord, applicationSchema } from './application.js';
import { ApplicationCorruptError, UnknownApplicationError } from './errors.js';
import { sha256Of } from './sha256.js';

/** Beside the runs of goals, and not taken for one: their folders are named by a ULID right below that of a task. */
const place = path.join('.runs', 'patterns', 'applications');

/** The folder of all applications of a repository. */
export const applicationsFolder = (root: string): string => path.join(root, place);

/** A finished application has to be found again after a power cut, so both files are on the disk before the first source is changed. */
export async function createApplication(
  repository: Pick<Repository, 'root' | 'gitDir'>,
  record: ApplicationRecord,
  patch: Buffer,
): Promise<void> {
  await excludeFromGit(repository, '.runs/');
  await checkWay(repository.root);
  const folder = path.join(applicationsFolder(repository.root), record.id);
  await makeFolder(folder, { mode: 0o700 });
  await checkWay(repository.root);
  await writeFileAtomic(path.join(folder, 'reverse.patch'), patch, { mode: 0o600 });
  await saveApplication(repository.root, record);
}

/** Replaces what is known of an application. */
export async function saveApplication(root: string, record: ApplicationRecord): Promise<void> {
  const file = path.join(applicationsFolder(root), record.id, 'application.json');
  await writeFileAtomic(file, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
}

/** Throws `RunPlaceUnsafeError` where a folder on the way is a link, or somebody else's. */
async function checkWay(root: string): Promise<void> {
  const user = process.getuid?.();
  const names = place.split(path.sep);
  for (const [index] of names.entries()) {
    const folder = path.join(root, ...names.slice(0, index + 1));
    const entry = await lstat(folder).catch(() => undefined);
    if (!entry) return;
    if (entry.isSymbolicLink()) throw new RunPlaceUnsafeError(folder, 'it is a symbolic link');
    if (user !== undefined && entry.uid !== user)
      throw new RunPlaceUnsafeError(folder, `it belongs to user ${entry.uid}`);
  }
}

/** The ids of all applications, oldest first. */
export async function listApplications(root: string): Promise<string[]> {
  await checkWay(root);
  const names = await readdir(applicationsFolder(root)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return names.filter(isRunId).sort();
}

/** Finds an application by its id, the start of its id, or `latest`. Throws {@link UnknownApplicationError}. */
export async function findApplication(root: string, asked: string): Promise<string> {
  const ids = await listApplications(root);
  const wanted = asked.toUpperCase();
  const found = asked === 'latest' ? ids.slice(-1) : wanted === '' ? [] : ids.filter((id) => id.startsWith(wanted));
  const [id] = found;
  if (id === undefined || found.length > 1) throw new UnknownApplicationError(asked, applicationsFolder(root), found);
  return id;
}

/** What an application did. Throws {@link ApplicationCorruptError} and {@link UnknownApplicationError}. */
export async function readApplication(root: string, asked: string): Promise<ApplicationRecord> {
  const id = await findApplication(root, asked);
  const file = path.join(applicationsFolder(root), id, 'application.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new ApplicationCorruptError(file, 'it is missing; no source was changed before it was written');
    throw error;
  });
  const { data, problems } = readJson(text, applicationSchema);
  if (problems) throw new ApplicationCorruptError(file, problems.map(({ message }) => message).join('; '));
  if (data.id !== id) throw new ApplicationCorruptError(file, `it is the one of ${data.id}`);
  return data;
}

/** The reverse patch of an application. Throws {@link ApplicationCorruptError} where it is not the one that was written. */
export async function readReversePatch(root: string, { id, patch }: ApplicationRecord): Promise<Buffer> {
  const file = path.join(applicationsFolder(root), id, patch.path);
  let bytes: Buffer;
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      bytes = await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new ApplicationCorruptError(file, error instanceof Error ? error.message : String(error));
  }
  if (sha256Of(bytes) !== patch.sha256) throw new ApplicationCorruptError(file, 'it was changed after it was written');
  return bytes;
}
