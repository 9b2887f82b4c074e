import type { CheckInput } from '../check/check-input.js';
import { checkSpecs } from '../check/check-specs.js';
import { guardPaths } from '../check/guard-paths.js';
import { commandLine } from '../output/command-line.js';
import { parsePolicy } from '../policy/parse-policy.js';
import { parseRegistry } from '../registry/parse-registry.js';
import type { Registry } from '../registry/registry.js';
import type { Finding } from '../report/finding.js';
import { parseSpec } from '../spec/parse-spec.js';

/** Why a task may not be worked on. */
export interface TaskRefusal {
  readonly code: 'spec-missing' | 'spec-stale';
  readonly message: string;
  readonly hint: string;
}

/**
 * Whether the specs that relate to a task let it be worked on: each must be there, registered, approved as it is, and read lately.
 * What an override or the baseline lets through does not stand in the way.
 *
 * `input` is that of a check of everything. A repository without specs and registry asks for nothing. Undefined when work may begin.
 */
export function gateTask(input: CheckInput, taskId: string): TaskRefusal | undefined {
  if (!input.index && input.specs.length === 0) return undefined;
  const { findings } = checkSpecs(input);
  const parsed = parseRegistry(input.index?.text ?? '{}');
  if (!input.index || !parsed.registry) {
    const [first] = findings.filter(({ code }) => code === 'SG011');
    return missing(
      `${guardPaths.index} does not tell which specs task ${taskId} needs: ${first?.message ?? 'it cannot be read'}`,
      'Mend it; `codex-orch guard --all` tells what is wrong, and where.',
    );
  }
  const { registry } = parsed;
  const task = registry.items.find(({ id, slug }) => id === taskId || slug === taskId);
  if (!task)
    return missing(
      `Task ${taskId} is not in ${guardPaths.index}, so nobody can say which specs it needs.`,
      'Register it with `codex-orch task new`, or leave --task out.',
    );
  const related = specsOf(task.id, registry, input);
  if (related.length === 0)
    return missing(
      `No spec relates to task ${task.id}.`,
      `Write one: \`codex-orch spec new --task ${task.id} --title TEXT --covers GLOB\`.`,
    );
  const gone = related.find(({ isThere }) => !isThere);
  if (gone)
    return missing(
      `Task ${task.id} needs spec ${gone.id}, and there is no ${gone.path}.`,
      'Bring the file back, or take its entry out of the registry.',
    );
  const ids = new Set(related.map(({ id }) => id));
  const paths = new Set(related.map(({ path }) => path));
  const stands = findings.filter(
    (finding) =>
      ((finding.specId !== undefined && ids.has(finding.specId)) || paths.has(finding.path)) && blocks(finding, input),
  );
  const [first] = stands;
  if (!first) return undefined;
  const more = stands.length > 1 ? ` And ${stands.length - 1} more.` : '';
  return {
    code: 'spec-stale',
    message: `Task ${task.id} needs spec ${first.specId ?? first.path}, which does not do (${first.code}): ${first.message}${more}`,
    hint: `${first.fix ? `Mend it with \`${commandLine(first.fix)}\`` : 'Mend it'}, then commit: work begins from the last commit. All of it: \`codex-orch guard --all\`.`,
  };
}

const missing = (message: string, hint: string): TaskRefusal => ({ code: 'spec-missing', message, hint });

interface RelatedSpec {
  readonly id: string;
  readonly path: string;
  readonly isThere: boolean;
}

/** The specs that name a task, in their files or in the registry. Of one that was retired nothing is asked any more. */
function specsOf(taskId: string, { specs }: Registry, input: CheckInput): readonly RelatedSpec[] {
  const files = new Map(input.specs.map(({ path, text }) => [path, parseSpec(text)]));
  const related = new Map<string, RelatedSpec>();
  for (const { id, path, relates_to: relatesTo, status } of specs)
    if (relatesTo.includes(taskId) && status !== 'retired') related.set(path, { id, path, isThere: files.has(path) });
  for (const [path, { fields }] of files) {
    const { id = path, relates_to: relatesTo = [], status } = fields;
    if (relatesTo.includes(taskId) && status !== 'retired') related.set(path, { id, path, isThere: true });
  }
  return [...related.values()];
}

/** A check of everything only warns of a spec that nobody approved yet. To build on it is another matter. */
function blocks({ severity, code, rule }: Finding, { base }: CheckInput): boolean {
  if (severity === 'error') return true;
  const severities = parsePolicy(base.policy).value?.rules ?? {};
  return code === 'SG006' && (severities[code] ?? severities[rule] ?? 'error') === 'error';
}
