import { judgeDocument, problemLine } from '@codex-orch/core';
import { CassetteInvalidError } from './errors.js';
import { type Scene, sceneSchema } from './scene.js';

/** Checks scenes that were not read from a file. Throws {@link CassetteInvalidError}. */
export function checkScript(scenes: readonly unknown[]): Scene[] {
  const names = new Set<string>();
  return scenes.map((value, index) => {
    const { data, problems } = judgeDocument(sceneSchema, value);
    const place = `scene ${index + 1} of the script`;
    if (problems) throw new CassetteInvalidError(place, undefined, problems.map(problemLine).join('; '));
    if (names.has(data.scene))
      throw new CassetteInvalidError(place, undefined, `a second scene is called "${data.scene}"`);
    names.add(data.scene);
    return data;
  });
}
