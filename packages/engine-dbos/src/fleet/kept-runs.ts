import type { Database } from '../database/database.js';

/** When something last became of a run. */
const lastChanged = 'GREATEST(r.created_at, p.written_at, to_timestamp(w.updated_at / 1000.0))';

/** The runs that have not ended, or ended after a moment. */
export async function runsSince(
  { query }: Database,
  endedAfter: Date,
): Promise<readonly { readonly id: string; readonly workflow: string }[]> {
  return query(
    `SELECT r.id, r.workflow FROM codex_orch.runs r
       LEFT JOIN dbos.workflow_status w ON w.workflow_uuid = r.id
       LEFT JOIN codex_orch.pointers p ON p.run_id = r.id
     WHERE r.phase <> 'ended'
        OR ${lastChanged} > $1
     ORDER BY r.number`,
    [endedAfter],
  );
}

/** Everything that looks like a SHA-256 in what is recorded of runs: what they were given, said, came to, and point to. */
export async function digestsIn({ query }: Database, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await query<{ digest: string }>(
    `SELECT DISTINCT found[1] AS digest FROM (
       SELECT input::text AS said FROM codex_orch.runs WHERE id = ANY($1)
       UNION ALL SELECT outcome::text FROM codex_orch.runs WHERE id = ANY($1)
       UNION ALL SELECT pointer::text FROM codex_orch.pointers WHERE run_id = ANY($1)
       UNION ALL SELECT payload::text FROM codex_orch.signals WHERE run_id = ANY($1)
     ) texts, regexp_matches(said, '"([0-9a-f]{64})"', 'g') found`,
    [ids],
  );
  return rows.map(({ digest }) => digest);
}

/**
 * Forgets where the state of runs lies that ended before a moment, but for these: it is about to be removed. Runs that began since those
 * were listed keep theirs.
 */
export async function forgetPointers({ query }: Database, endedBefore: Date, but: readonly string[]): Promise<void> {
  await query(
    `DELETE FROM codex_orch.pointers gone USING codex_orch.pointers p
       JOIN codex_orch.runs r ON r.id = p.run_id
       LEFT JOIN dbos.workflow_status w ON w.workflow_uuid = r.id
     WHERE gone.run_id = p.run_id AND r.phase = 'ended' AND ${lastChanged} <= $1 AND p.run_id <> ALL($2)`,
    [endedBefore, but],
  );
}
