import { type FileHandle, open } from 'node:fs/promises';
import { type MockInstance, onTestFinished, vi } from 'vitest';

/**
 * The calls that put what was written on the disk, for the rest of a test. Only a power cut would tell otherwise that one is missing.
 * They do their work all the same.
 */
export async function watchSyncs(): Promise<Readonly<Record<'sync' | 'datasync', MockInstance<() => Promise<void>>>>> {
  await using handle = await open('/dev/null');
  const methods = Object.getPrototypeOf(handle) as Pick<FileHandle, 'sync' | 'datasync'>;
  const spies = { sync: vi.spyOn(methods, 'sync'), datasync: vi.spyOn(methods, 'datasync') };
  onTestFinished(() => {
    spies.sync.mockRestore();
    spies.datasync.mockRestore();
  });
  return spies;
}
