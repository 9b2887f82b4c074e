import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';

const names = ['README.md', 'README', 'README.rst', 'README.txt', 'readme.md'];

// A README that is a link could show a file from outside the repository to the model; one that is a pipe would hang.
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The beginning of the repository's README, if there is one. */
export async function readmeHead(cwd: string, maxBytes: number): Promise<string | undefined> {
  for (const name of names) {
    try {
      await using file = await open(path.join(cwd, name), flags);
      if (!(await file.stat()).isFile()) continue;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
      return buffer.subarray(0, bytesRead).toString('utf8');
    } catch {
      // The next name, or none: a plan is possible without.
    }
  }
  return undefined;
}
