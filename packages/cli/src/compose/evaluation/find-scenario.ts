import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ifAbsent, nearName, OrchError } from '@codex-orch/core';

/** Nothing is called so that could be a scenario of a goal. */
class UnknownGoalScenarioError extends OrchError {
  readonly code = 'eval-goal-scenario-unknown';

  constructor(
    what: string,
    { known, near }: { readonly known: readonly string[]; readonly near?: string | undefined },
  ) {
    const all = `Known are ${known.join(', ') || 'none'} in evaluation/goals.`;
    super(what, {
      hint: near === undefined ? `${all} Or name a file or a folder.` : `Did you mean "${near}"? ${all}`,
    });
  }
}

const fileName = 'scenario.json';

/**
 * The file of a scenario, which is named by its file, by its folder, or by the name of its folder in `evaluation/goals`.
 *
 * Throws {@link UnknownGoalScenarioError}.
 */
export async function findGoalScenario(cwd: string, root: string, name: string): Promise<string> {
  const given = path.resolve(cwd, name);
  const goals = path.join(root, 'evaluation/goals');
  const named = path.join(goals, name, fileName);
  const isFolder = existsSync(given) && statSync(given).isDirectory();
  if (existsSync(given) && !isFolder) return given;
  if (isFolder && existsSync(path.join(given, fileName))) return path.join(given, fileName);
  if (existsSync(named)) return named;
  const known = (await ifAbsent(readdir(goals), [])).filter((each) => existsSync(path.join(goals, each, fileName)));
  throw new UnknownGoalScenarioError(
    isFolder ? `The folder ${name} holds no ${fileName}.` : `There is no scenario of a goal "${name}".`,
    { known: known.sort(), near: nearName(path.basename(name), known) },
  );
}
