import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type DocumentProblem, placeProblems, sha256File } from '@codex-orch/core';
import { filesOf, hashTree } from '../target/hash-tree.js';
import { inOrder, readParts } from '../document/read-parts.js';
import { meant } from '../scenario/meant.js';
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

/** What there is to choose from. */
export interface KnownTargets {
  /** Names; without them, the target is not looked for. */
  readonly targets?: readonly string[] | undefined;
}

/**
 * Reads a scenario of a goal, and looks whether what it names is there. Throws {@link GoalScenarioFileError}: all that is wrong is told at
 * once.
 */
export async function loadGoalScenario(file: string, { targets }: KnownTargets = {}): Promise<LoadedGoalScenario> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new GoalScenarioFileError(file, error instanceof Error ? error.message : String(error), error);
  });
  const { parts, problems: malformed } = readParts(text, goalScenarioSchema);
  const problems: DocumentProblem[] = [];
  const dir = path.dirname(path.resolve(file));
  if (parts.target !== undefined && targets?.includes(parts.target) === false)
    problems.push({
      path: ['target'],
      message: `there is no target "${parts.target}". ${meant(parts.target, targets)}`,
    });
  const hiddenDir = path.join(dir, parts.hidden?.files ?? '.');
  const lacking = parts.hidden && (await lackingIn(hiddenDir));
  if (lacking !== undefined) problems.push({ path: ['hidden', 'files'], message: lacking });
  const cassettes = new Map<string, { readonly path: string; readonly sha256: string }>();
  for (const [index, { name, cassette }] of (parts.variants ?? []).entries()) {
    if (cassette === undefined) continue;
    const place = path.join(dir, cassette);
    try {
      cassettes.set(name, { path: place, sha256: (await sha256File(place)).sha256 });
    } catch (error) {
      const why = isAbsent(error) ? 'is not there' : `cannot be read: ${String(error)}`;
      problems.push({ path: ['variants', index, 'cassette'], message: `the cassette ${place} ${why}` });
    }
  }
  const all = inOrder([...malformed, ...placeProblems(text, problems)]);
  if (all.length > 0) throw new GoalScenarioFileError(file, all);
  const scenario = parts as GoalScenario;
  return { scenario, file: path.resolve(file), hiddenDir, hiddenDigest: await hashTree(hiddenDir), cassettes };
}

/** What is wrong with a folder of hidden tests; undefined where there are some. */
async function lackingIn(hiddenDir: string): Promise<string | undefined> {
  try {
    if ((await filesOf(hiddenDir)).length > 0) return undefined;
  } catch (error) {
    if (!isAbsent(error)) return `the folder ${hiddenDir} cannot be read: ${String(error)}`;
  }
  return `there is no file in ${hiddenDir}; put the hidden tests there`;
}

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
