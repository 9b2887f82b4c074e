import { stat } from 'node:fs/promises';

/** Whether an error says that nothing is in a place: it has no entry of that name, or a file stands where a folder would have to. */
export const isAbsence = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Whether a file or a folder is in a place, or behind the link there. Throws what keeps one from looking. */
export async function exists(place: string): Promise<boolean> {
  try {
    await stat(place);
    return true;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}
