/** Every boundary at which a crash must be harmless. A test kills the real program at each of them. */
export const failpoints = [
  // A line of the journal or of the events: not written, written, on the disk.
  'journal.before-write',
  'journal.written',
  'journal.synced',
  'events.before-write',
  'events.written',
  'events.synced',
  'manifest.written',
  // The lock: taken, and about to be given back.
  'lock.taken',
  'lock.releasing',
  // The workspace: half made, made but not in its place, in its place.
  'workspace.half-made',
  'workspace.made',
  'workspace.placed',
  'workspace.indexed',
  'workspace.restored',
  'diff.written',
  'commit.made',
  'commit.referenced',
  // Codex: a thread opened, a turn done but not recorded.
  'driver.opened',
  'turn.finished',
  'tests.finished',
  // An asset has changed its files, and nothing says so yet.
  'asset.applied',
  // A decision: in the mailbox, and taken out of it.
  'signal.posted',
  'signal.recorded',
  // A request of Codex to leave its sandbox: on record, and its answer on record but not yet with Codex.
  'elevation.requested',
  'elevation.decided',
  // The checkout: about to be changed, changed, and recorded as changed.
  'apply.planned',
  'apply.written',
  'apply.recorded',
] as const;

export type Failpoint = (typeof failpoints)[number];

/** `NAME`, or `NAME:n` for the n-th time that the point is reached. */
const armed = ((): { name: string; left: number } | undefined => {
  const [name = '', count = '1'] = (process.env['CODEX_ORCH_FAILPOINT'] ?? '').split(':');
  return name === '' ? undefined : { name, left: Number(count) };
})();

/**
 * Kills this process without any clean-up when the environment variable `CODEX_ORCH_FAILPOINT` names this point, as a power
 * cut would; does nothing otherwise.
 */
export function failpoint(name: Failpoint): void {
  if (armed?.name !== name) return;
  armed.left -= 1;
  if (armed.left === 0) process.kill(process.pid, 'SIGKILL');
}
