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
  /** Full names of the branches that those are meant for. */
  readonly meantFor: readonly string[];
  /** Conflicts that it had, and the run that was named to mend each. */
  readonly conflicts: readonly { readonly integration: string; readonly followUp: string | null }[];
}

/** Looks a run up in the records of integrations. */
export function tracesOf(runId: string, records: readonly IntegrationRecord[]): RunTraces {
  const own = records
    .flatMap((record) => record.runs.filter((run) => run.runId === runId).map((run) => ({ record, run })))
    .sort((a, b) => (a.record.id < b.record.id ? 1 : -1));
  return {
    commits: own.flatMap(({ record, run: { outcome, commit } }) => {
      const held = outcome === 'already-there' ? startOf(record) : outcome === 'integrated' ? commit : null;
      return held === null ? [] : [{ commit: held, integration: record.id }];
    }),
    built: [...new Set(own.map(({ record }) => record.branch))],
    meantFor: [...new Set(own.flatMap(({ record }) => record.base.ref ?? []))],
    conflicts: own.flatMap(({ record, run: { outcome, followUp } }) =>
      outcome === 'conflict' ? [{ integration: record.id, followUp }] : [],
    ),
  };
}

/** What had all of a run that was found to be there already; null where the integration did not come that far. */
const startOf = ({ state, tip, branchBefore, base }: IntegrationRecord): string | null =>
  state === 'failed' ? null : (tip ?? branchBefore ?? base.commit);
