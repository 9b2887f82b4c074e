import { readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { type ApplyAsset, type AssetApplication, isRunId } from '@codex-orch/core';
import { applyAssets, type RunnableAsset } from '@codex-orch/learning-library';

/** What the library notes down for a rollback; a goal goes back by its own trees, and its agents have no use for it. */
async function removeNotes(root: string): Promise<void> {
  const places = ['.runs', 'patterns', 'applications'];
  // Those of a try that was killed lie there too.
  const folder = path.join(root, ...places);
  for (const name of (await readdir(folder)).filter(isRunId))
    await rm(path.join(folder, name), { recursive: true, force: true });
  for (let depth = places.length; depth > 0; depth -= 1) {
    // What else is in there stays.
    const isGone = await rmdir(path.join(root, ...places.slice(0, depth))).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}

/** Applies one codemod to a whole work tree. The same files give the same result: what was known of them before does not count. */
export async function applyToTree(
  asset: RunnableAsset,
  { root, key, options, signal }: ApplyAsset,
): Promise<Omit<AssetApplication, 'digest'>> {
  const result = await applyAssets({ root, assets: [asset], options: { [asset.id]: options }, cache: false, signal });
  signal.throwIfAborted();
  // The library made sure that no folder on the way there is a link.
  if (result.id !== undefined) await removeNotes(root);
  const isWritten = ({ outcome }: (typeof result.changed)[number]): boolean => outcome === 'written';
  return {
    applicationId: key,
    changed: result.changed.filter(isWritten).map((file) => file.path),
    declined: result.declined.map((place) => ({
      path: place.path,
      line: Math.max(place.line, 1),
      column: Math.max(place.column, 1),
      reason: place.reason,
      message: place.message,
    })),
    failures: [
      ...result.failures.map((file) => ({ path: file.path, code: file.code, message: file.message })),
      ...result.changed
        .filter((file) => !isWritten(file))
        .map((file) => ({ path: file.path, code: file.outcome, message: 'It could not be written.' })),
      ...result.skipped
        .filter(({ reason }) => reason === 'too-large' || reason === 'unreadable')
        .map((file) => ({ path: file.path, code: file.reason, message: 'It was not looked at.' })),
    ],
  };
}
