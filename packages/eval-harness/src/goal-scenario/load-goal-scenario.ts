import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ifAbsent, sha256File } from '@codex-orch/core';
import { z } from 'zod';
import { filesOf, hashTree } from '../target/hash-tree.js';
import { GoalScenarioFileError } from './errors.js';
import { type GoalScenario, goalScenarioSchema } from './goal-scenario.js';

/** A scenario of a goal with the files that it names. */
export interface LoadedGoalScenario {
  readonly scenario: GoalScenario;
  /** Absolute. */
  readonly file: string;
  /** Absolute: of the hidden tests. */
  readonly hiddenDir: string;
  readonly hiddenDigest: string;
  /** By the name of the variant, where it has one. */
  readonly cassettes: ReadonlyMap<string, { readonly path: string; readonly sha256: string }>;
}

/** Reads a scenario of a goal, and looks whether what it names is there. Throws {@link GoalScenarioFileError}. */
export async function loadGoalScenario(file: string): Promise<LoadedGoalScenario> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new GoalScenarioFileError(file, error instanceof Error ? error.message : String(error), error);
  }
  const parsed = goalScenarioSchema.safeParse(data);
  if (!parsed.success) throw new GoalScenarioFileError(file, z.prettifyError(parsed.error));
  const scenario = parsed.data;
  const dir = path.dirname(path.resolve(file));
  const hiddenDir = path.join(dir, scenario.hidden.files);
  const hiddenFiles = await ifAbsent(filesOf(hiddenDir), []);
  if (hiddenFiles.length === 0)
    throw new GoalScenarioFileError(file, `hidden.files is "${scenario.hidden.files}", and no file is there.`);
  const cassettes = new Map<string, { readonly path: string; readonly sha256: string }>();
  for (const { name, cassette } of scenario.variants) {
    if (cassette === undefined) continue;
    const place = path.join(dir, cassette);
    const digest = await sha256File(place).catch((error: unknown) => {
      throw new GoalScenarioFileError(
        file,
        `the cassette of the variant "${name}", ${cassette}, cannot be read.`,
        error,
      );
    });
    cassettes.set(name, { path: place, sha256: digest.sha256 });
  }
  return {
    scenario,
    file: path.resolve(file),
    hiddenDir,
    hiddenDigest: await hashTree(hiddenDir),
    cassettes,
  };
}
