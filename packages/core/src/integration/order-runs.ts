/** Puts each run behind those that it has to come after, and changes the given order no more than that needs. A circle stays as it is. */
export function inDependencyOrder<T extends { readonly runId: string; readonly after: readonly string[] }>(
  runs: readonly T[],
): readonly T[] {
  const ordered: T[] = [];
  const waiting = [...runs];
  while (waiting.length > 0) {
    const isWaiting = new Set(waiting.map(({ runId }) => runId));
    const next = waiting.findIndex(({ after }) => !after.some((runId) => isWaiting.has(runId)));
    ordered.push(...waiting.splice(Math.max(next, 0), 1));
  }
  return ordered;
}
