type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const doneWords = new Set(['done', 'succeeded', 'completed', 'complete', 'closed', 'approved-and-merged']);
const workWords = new Set([
  'in-progress',
  'in_progress',
  'active',
  'approved',
  'failed',
  'blocked',
  'review',
  'in-review',
]);

/**
 * Brings an index of the older shape to today's, as data; undefined for one that needs nothing.
 *
 * The older shape has no `schemaVersion`, and says what a task waits for as `gate: {phase, status, log, run_id}`. Its gate becomes
 * the phase's name, its run one of `runs`, and words for a status that are no longer used the nearest of today's. What was replaced is
 * kept under `migrated`, unknown fields stay, and no record of the older shape counts as an approval: it names no content.
 */
export function migrateRegistry(json: unknown): Json | undefined {
  if (!isObject(json) || json['schemaVersion'] !== undefined) return undefined;
  const list = (name: string, migrate: (entry: Json) => Json): unknown => {
    const entries = json[name] ?? [];
    return Array.isArray(entries)
      ? entries.map((entry: unknown) => (isObject(entry) ? migrate(entry) : entry))
      : entries;
  };
  return { schemaVersion: 1, ...json, items: list('items', migrateTask), specs: list('specs', migrateSpec) };
}

function migrateTask(task: Json): Json {
  const replaced: Record<string, unknown> = {};
  const changed: Record<string, unknown> = { ...task };
  const replace = (name: string, value: unknown): void => {
    if (task[name] !== undefined) replaced[name] = task[name];
    changed[name] = value;
  };
  const { gate, status, slug, id, title } = task;
  if (gate === null) replace('gate', '');
  if (isObject(gate)) {
    replace('gate', typeof gate['phase'] === 'string' ? gate['phase'] : '');
    const run = gate['run_id'];
    if (!Array.isArray(task['runs'])) replace('runs', typeof run === 'string' && run !== '' ? [run] : []);
  }
  if (typeof status === 'string' && status !== 'planned' && status !== 'in-progress' && status !== 'done')
    replace('status', doneWords.has(status) ? 'done' : workWords.has(status) ? 'in-progress' : 'planned');
  if (status === undefined) changed['status'] = 'planned';
  if (slug === undefined && typeof id === 'string') changed['slug'] = id;
  if (title === undefined && typeof (slug ?? id) === 'string') changed['title'] = slug ?? id;
  return Object.keys(replaced).length > 0 ? { ...changed, migrated: replaced } : changed;
}

function migrateSpec(spec: Json): Json {
  const replaced: Record<string, unknown> = {};
  const changed: Record<string, unknown> = { ...spec };
  const { relates_to: relatesTo, approvals, status, owners, path, last_review: lastReview } = spec;
  if (typeof relatesTo === 'string') changed['relates_to'] = [relatesTo];
  if (typeof owners === 'string') changed['owners'] = [owners];
  if (
    isObject(approvals) ||
    (Array.isArray(approvals) && approvals.some((one) => !isObject(one) || !isObject(one['subject'])))
  ) {
    replaced['approvals'] = approvals;
    changed['approvals'] = [];
  }
  if (lastReview === null || lastReview === '') delete changed['last_review'];
  if (typeof path === 'string' && path.startsWith('/')) {
    replaced['path'] = path;
    changed['path'] = path.slice(1);
  }
  if (status === undefined) changed['status'] = 'draft';
  if (status === 'succeeded' || status === 'completed') {
    replaced['status'] = status;
    changed['status'] = 'done';
  }
  return Object.keys(replaced).length > 0 ? { ...changed, migrated: replaced } : changed;
}
