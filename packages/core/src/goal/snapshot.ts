import path from 'node:path';
import { describeFailure, type Failure } from '../errors/failure.js';
import { failpoint } from '../failpoint/failpoint.js';
import { EmbeddedRepositoryError, UnsafeSymlinkError, type Workspace } from '../workspace/index.js';
import { type Diff, diffSchema } from './events.js';

/** What was left in the work tree, or why it cannot be a diff. */
export type Snapshot = { readonly diff: Diff } | { readonly failure: Failure };

/** Writes what is in the work tree into the run's directory. A repository in the repository, and such, is a failure of the work. */
export async function takeSnapshot(workspace: Workspace, runDir: string, signal: AbortSignal): Promise<Snapshot> {
  try {
    const { tree } = await workspace.snapshot({ signal });
    const { sha256, bytes, files } = await workspace.writeDiff(tree, path.join(runDir, 'diff.patch'));
    failpoint('diff.written');
    return { diff: diffSchema.parse({ tree, sha256, bytes, files }) };
  } catch (error) {
    if (!(error instanceof EmbeddedRepositoryError || error instanceof UnsafeSymlinkError)) throw error;
    return { failure: describeFailure(error, error.code) };
  }
}
