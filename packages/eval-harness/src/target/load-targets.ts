import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
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
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new TargetsFileError(file, error instanceof Error ? error.message : String(error), error);
  }
  const parsed = targetsFileSchema.safeParse(data);
  if (!parsed.success) throw new TargetsFileError(file, z.prettifyError(parsed.error));
  const names = parsed.data.targets.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TargetsFileError(file, `"${twice}" is in it twice.`);
  return parsed.data.targets.map((target) => ({
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
