import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { sha256File, type Workspace } from '@codex-orch/core';
import type { ArtifactStore } from '@codex-orch/engine-dbos';
import { type RemoteStanding, workBundle } from './remote-goal.js';

/** What somebody elsewhere needs to judge a run. */
const published = ['events.jsonl', 'manifest.json', 'diff.patch', 'review.json'];

/** A promoted commit, and where it is. */
export interface PromotedWork {
  readonly workspace: Workspace;
  readonly commit: string;
}

/**
 * Puts the files of a run that a human judges into the shared store, as they are at this moment; of a run that was promoted also its
 * commit, as {@link workBundle}.
 */
export async function publishRun(
  dir: string,
  store: ArtifactStore,
  work?: PromotedWork,
): Promise<RemoteStanding['artifacts']> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-publish-'));
  try {
    const artifacts: RemoteStanding['artifacts'] = [];
    const publish = async (name: string): Promise<void> => {
      const copy = path.join(scratch, name);
      const { sha256, bytes } = await sha256File(copy);
      await store.put({ sha256, bytes }, createReadStream(copy));
      artifacts.push({ path: name, sha256, bytes });
    };
    for (const name of published) {
      const file = path.join(dir, name);
      const isThere = await stat(file).catch(() => undefined);
      if (!isThere?.isFile()) continue;
      // A copy, because the file may grow while it is read.
      await copyFile(file, path.join(scratch, name));
      await publish(name);
    }
    if (work) {
      await work.workspace.bundle(work.commit, path.join(scratch, workBundle));
      await publish(workBundle);
    }
    return artifacts;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Fetches what {@link publishRun} stored into a folder; each file is verified before it gets its name. */
export async function fetchRun(
  { artifacts }: RemoteStanding,
  store: ArtifactStore,
  folder: string,
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files: string[] = [];
  for (const artifact of artifacts) {
    // The name came over the database.
    const file = path.join(folder, path.basename(artifact.path));
    await pipeline(await store.get(artifact), createWriteStream(`${file}.part`, { mode: 0o600 }));
    await rename(`${file}.part`, file);
    files.push(file);
  }
  return files;
}
