import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type DocumentProblem, placeProblems, readJson } from '@codex-orch/core';
import { TargetsFileError, UnknownTargetError } from './errors.js';
import { type Target, targetsFileSchema } from './target.js';

/** A target and the folder of what the harness adds to it: `package.json`, `package-lock.json` and, if needed, `overlay/`. */
export interface PlacedTarget {
  readonly target: Target;
  readonly configDir: string;
}

/**
 * Reads `targets.json`; what a target needs lies in `targets/<name>` beside it.
 *
 * Throws {@link TargetsFileError}.
 */
export async function loadTargets(file: string): Promise<readonly PlacedTarget[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new TargetsFileError(file, error instanceof Error ? error.message : String(error), error);
  }
  return parseTargets(file, text);
}

/** The targets of a text that is, or could be, in this file. Throws {@link TargetsFileError}. */
export function parseTargets(file: string, text: string): readonly PlacedTarget[] {
  const { data, problems } = readJson(text, targetsFileSchema);
  if (problems) throw new TargetsFileError(file, problems);
  const names = data.targets.map(({ name }) => name);
  const twice = names.flatMap((name, index): DocumentProblem[] =>
    names.indexOf(name) === index
      ? []
      : [
          {
            path: ['targets', index, 'name'],
            message: `"${name}" is in the list twice; give one of them another name`,
          },
        ],
  );
  if (twice.length > 0) throw new TargetsFileError(file, placeProblems(text, twice));
  return data.targets.map((target) => ({
    target,
    configDir: path.join(path.dirname(file), 'targets', target.name),
  }));
}

export interface TargetSelection {
  /** All without it. */
  readonly names?: readonly string[] | undefined;
  /** Only the small set. */
  readonly quick?: boolean | undefined;
}

/** The targets that are asked for. Throws {@link UnknownTargetError}. */
export function selectTargets(
  targets: readonly PlacedTarget[],
  { names, quick = false }: TargetSelection,
): readonly PlacedTarget[] {
  const known = targets.map(({ target }) => target.name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UnknownTargetError(unknown, known);
  return targets.filter(({ target }) => (names?.includes(target.name) ?? true) && (!quick || target.quick));
}
