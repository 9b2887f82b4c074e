import type { Codemod, CodemodOptions } from './codemod.js';
import { readProject } from './project.js';

/** What of jscodeshift's API a transform here uses, so that jscodeshift need not be installed. */
export interface JscodeshiftApi {
  readonly report: (message: string) => void;
  readonly stats: (name: string, quantity?: number) => void;
}

/** A transform as `jscodeshift -t` loads it: a default export. */
export type JscodeshiftTransform = (
  file: { readonly path: string; readonly source: string },
  api: JscodeshiftApi,
  options: CodemodOptions,
) => string | undefined;

/**
 * The codemod as a jscodeshift transform. It parses by itself, so `--parser` changes nothing; declined places go to
 * jscodeshift's report and, with `--dry`, into its statistics. For a codemod that surveys, `--project=FOLDER` names what
 * it looks at, once for each of jscodeshift's workers.
 */
export function asJscodeshift(codemod: Codemod): JscodeshiftTransform {
  const surveys = new Map<string, CodemodOptions>();
  const surveyed = (own: CodemodOptions): CodemodOptions => {
    const { project, ...rest } = own;
    if (!codemod.survey || typeof project !== 'string') return own;
    const key = JSON.stringify(own);
    const known = surveys.get(key) ?? codemod.survey(readProject(project), rest);
    surveys.set(key, known);
    return known;
  };
  return function transform({ path, source }, api, options) {
    if (!codemod.prefilter.some((text) => source.includes(text))) return undefined;
    const result = codemod.transform({ path, source }, surveyed(ownOptions(options)));
    for (const { line, column, reason, message } of result.declined) {
      api.report(`${line}:${column} declined (${reason}): ${message}`);
      api.stats(`declined ${reason}`);
    }
    return result.source === source ? undefined : result.source;
  };
}

/** jscodeshift hands all of its own flags to a transform too. */
const jscodeshiftsOwn = new Set(
  (
    '_ dry print transform parser parserConfig extensions ignorePattern ignoreConfig gitignore babel cpus verbose ' +
    'silent runInBand failOnError stdin help version'
  ).split(' '),
);

function ownOptions(options: CodemodOptions): CodemodOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => !jscodeshiftsOwn.has(name) && !/^[a-z]$|-/.test(name)),
  );
}
