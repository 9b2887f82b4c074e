import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ifAbsent, nearName, OrchError } from '@codex-orch/core';
import { loadScenario, type Scenario, scenarioSchema } from '@codex-orch/eval-harness';

/** Nothing is called so that could be a scenario of assets and targets. */
class UnknownScenarioError extends OrchError {
  readonly code = 'eval-scenario-unknown';

  constructor(name: string, { known, isOfGoal }: { readonly known: readonly string[]; readonly isOfGoal: boolean }) {
    const near = nearName(name, known);
    const all = `Known are ${known.join(', ')}. Or name a file.`;
    super(`There is no scenario "${name}".`, {
      hint: isOfGoal
        ? `It is a scenario of a goal: use \`codex-orch eval goals ${name}\`.`
        : near === undefined
          ? all
          : `Did you mean "${near}"? ${all}`,
    });
  }
}

/** Which assets are applied to which targets, and what is asked of them. */
export interface FoundScenario {
  /** Under which results are accepted; undefined for a file that lies elsewhere, of which nothing is. */
  readonly name: string | undefined;
  /** Where it was read, or what it is called where it comes with the command. */
  readonly file: string;
  readonly scenario: Scenario;
}

const folder = 'evaluation/scenarios';

/** What is run where nobody wrote a scenario of this name. */
const usual: Readonly<Record<string, unknown>> = {
  'all-assets': { title: 'Every codemod and rule on every target, and every template', targets: 'all' },
  quick: { title: 'Every codemod and rule on the targets that are soon done, and every template', targets: 'quick' },
};

/**
 * The scenario of a file, or of this name in `evaluation/scenarios`; `all-assets` and `quick` are there without a file too.
 *
 * Throws {@link UnknownScenarioError} and `ScenarioFileError`.
 */
export async function findScenario(cwd: string, root: string, name: string): Promise<FoundScenario> {
  const scenarios = path.join(root, folder);
  const given = path.resolve(cwd, name);
  const isFile = /\.json$|[/\\]/.test(name) && existsSync(given);
  const file = isFile ? given : path.join(scenarios, `${name.replace(/\.json$/, '')}.json`);
  const id = path.dirname(file) === scenarios ? path.basename(file, '.json') : undefined;
  if (existsSync(file)) return { name: id, file, scenario: await loadScenario(file) };
  const ours = Object.hasOwn(usual, name) ? usual[name] : undefined;
  if (ours !== undefined) {
    const whole = { schemaVersion: 1, assets: { kinds: ['codemod', 'rule', 'template'] }, ...(ours as object) };
    return { name, file: name, scenario: scenarioSchema.parse(whole) };
  }
  const files = (await ifAbsent(readdir(scenarios), [])).filter((each) => each.endsWith('.json'));
  const known = new Set([...Object.keys(usual), ...files.map((each) => path.basename(each, '.json'))]);
  const isOfGoal = existsSync(path.join(root, 'evaluation/goals', name, 'scenario.json'));
  throw new UnknownScenarioError(name, { known: [...known].sort(), isOfGoal });
}
