/** What `work` gives, or `fallback` where the file or folder that it reads is not there. Every other failure stays one. */
export async function ifAbsent<T, F>(work: Promise<T>, fallback: F): Promise<T | F> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return fallback;
    throw error;
  }
}
