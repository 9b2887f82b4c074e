import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ifAbsent, nearName, OrchError } from '@codex-orch/core';
import { type LoadedScenario, loadScenario, scenarioOf } from '@codex-orch/eval-harness';

/** Nothing is called so that could be a scenario of assets and targets. */
class UnknownScenarioError extends OrchError {
  readonly code = 'eval-scenario-unknown';

  constructor(
    name: string,
    {
      known,
      isOfGoal,
      file,
      neighbours = [],
    }: {
      readonly known: readonly string[];
      readonly isOfGoal: boolean;
      /** Where one is meant, its absolute path. */
      readonly file?: string | undefined;
      /** What lies in its folder. */
      readonly neighbours?: readonly string[] | undefined;
    },
  ) {
    const called = file === undefined ? name : path.basename(name, '.json');
    const near = nearName(called, known);
    const beside = file === undefined ? undefined : nearName(path.basename(file), neighbours);
    const all = `Known are ${known.join(', ')}. Or name a file.`;
    super(file === undefined ? `There is no scenario "${name}".` : `There is no file ${file}.`, {
      hint: isOfGoal
        ? `It is a scenario of a goal: use \`codex-orch eval goals ${called}\`.`
        : beside !== undefined
          ? `Did you mean ${path.join(path.dirname(name), beside)}?`
          : near === undefined
            ? `${file === undefined ? '' : 'A path is taken from the current folder. '}${all}`
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
  readonly loaded: LoadedScenario;
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
  const isPath = /\.json$|[/\\]/.test(name);
  const file = isPath && existsSync(given) ? given : path.join(scenarios, `${name.replace(/\.json$/, '')}.json`);
  const id = path.dirname(file) === scenarios ? path.basename(file, '.json') : undefined;
  if (existsSync(file)) return { name: id, file, loaded: await loadScenario(file) };
  const ours = Object.hasOwn(usual, name) ? usual[name] : undefined;
  if (ours !== undefined) {
    const whole = { schemaVersion: 1, assets: { kinds: ['codemod', 'rule', 'template'] }, ...(ours as object) };
    return { name, file: name, loaded: scenarioOf(JSON.stringify(whole)) };
  }
  const files = (await ifAbsent(readdir(scenarios), [])).filter((each) => each.endsWith('.json'));
  const known = new Set([...Object.keys(usual), ...files.map((each) => path.basename(each, '.json'))]);
  const ofGoal = path.join(root, 'evaluation/goals', path.basename(name, '.json'), 'scenario.json');
  throw new UnknownScenarioError(name, {
    known: [...known].sort(),
    isOfGoal: existsSync(ofGoal),
    ...(isPath && { file: given, neighbours: await jsonFilesBeside(given) }),
  });
}

const jsonFilesBeside = async (file: string): Promise<readonly string[]> =>
  (await readdir(path.dirname(file)).catch(() => [])).filter((name) => name.endsWith('.json'));
