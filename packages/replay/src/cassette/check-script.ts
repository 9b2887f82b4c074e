import type { z } from 'zod';
import { CassetteInvalidError } from './errors.js';
import { type Scene, sceneSchema } from './scene.js';

/** Names the place and the problem of each issue, in one line. */
export const describeIssues = (issues: readonly z.core.$ZodIssue[]): string =>
  issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('; ');

/** Checks scenes that were not read from a file. Throws {@link CassetteInvalidError}. */
export function checkScript(scenes: readonly unknown[]): Scene[] {
  const names = new Set<string>();
  return scenes.map((value, index) => {
    const parsed = sceneSchema.safeParse(value);
    if (!parsed.success)
      throw new CassetteInvalidError(
        `scene ${index + 1} of the script`,
        undefined,
        describeIssues(parsed.error.issues),
      );
    if (names.has(parsed.data.scene))
      throw new CassetteInvalidError(
        `scene ${index + 1} of the script`,
        undefined,
        `a second scene is called "${parsed.data.scene}"`,
      );
    names.add(parsed.data.scene);
    return parsed.data;
  });
}
