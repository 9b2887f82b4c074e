import type { IntegrationRecord } from './integration-record.js';

/** A commit that holds the work of a run, and the integration that knows of it. */
interface IntegratedCommit {
  readonly commit: string;
  readonly integration: string;
}

/** What integrations made of the approved diff of a run, the newest first. */
export interface RunTraces {
  readonly commits: readonly IntegratedCommit[];
  /** Full names of the branches that were built with it. */
  readonly built: readonly string[];
  /** Full names of the branches that those are meant for: none that an integration built itself. */
  readonly meantFor: readonly string[];
  /** Conflicts that it had, and the run that was named to mend each. */
  readonly conflicts: readonly { readonly integration: string; readonly followUp: string | null }[];
}

/** Where integrations put their branches, unless they are given a name. */
const ownBranches = 'refs/heads/codex-orch/integration/';

/** Looks a run up in the records of integrations. */
export function tracesOf(runId: string, records: readonly IntegrationRecord[]): RunTraces {
  const own = records
    .flatMap((record) => record.runs.filter((run) => run.runId === runId).map((run) => ({ record, run })))
    .sort((a, b) => (a.record.id < b.record.id ? 1 : -1));
  return {
    commits: own.flatMap(({ record, run: { outcome, commit } }) => {
      const held = outcome === 'already-there' ? builtTip(record) : outcome === 'integrated' ? commit : null;
      return held === null ? [] : [{ commit: held, integration: record.id }];
    }),
    built: [...new Set(own.map(({ record }) => record.branch))],
    meantFor: [...new Set(own.flatMap(({ record }) => userBranch(record.base.ref, records) ?? []))],
    conflicts: own.flatMap(({ record, run: { outcome, followUp } }) =>
      outcome === 'conflict' ? [{ integration: record.id, followUp }] : [],
    ),
  };
}

/**
 * What was built with all of a run that was found to be there already. Null where nothing was, or may yet be taken back: what was there
 * before is no commit of the run, and its user may undo it.
 */
const builtTip = ({ state, tip }: IntegrationRecord): string | null =>
  state === 'done' || state === 'partial' ? tip : null;

/** Whether a branch is one that an integration built: nobody has merged anything by being on it. */
export const isBuilt = (ref: string, records: readonly IntegrationRecord[]): boolean =>
  ref.startsWith(ownBranches) || records.some(({ branch }) => branch === ref);

/** The branch of the user's that work on a branch is meant for in the end; null where that is not known. */
export function userBranch(ref: string | null, records: readonly IntegrationRecord[]): string | null {
  const seen = new Set<string>();
  let at = ref;
  while (at !== null && isBuilt(at, records)) {
    if (seen.has(at)) return null;
    seen.add(at);
    const built = at;
    at = records.findLast(({ branch }) => branch === built)?.base.ref ?? null;
  }
  return at;
}
