/**
 * Works on several items at the same time. Results come in the order of the items, and so are they told: each as soon as it and all
 * before it are there. After one has failed no other is begun; those under way come to their end first.
 *
 * Throws what the first of them threw.
 */
export async function inParallel<T, R>(
  count: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
  onResult?: (result: R) => void,
): Promise<readonly R[]> {
  const results = new Map<number, R>();
  const queue = items.entries();
  let [told, hasFailed] = [0, false];
  const tell = (): void => {
    for (; results.has(told); told += 1) onResult?.(results.get(told) as R);
  };
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      try {
        results.set(index, await work(item));
      } catch (error) {
        hasFailed = true;
        throw error;
      }
      tell();
      if (hasFailed) return;
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.min(count, items.length) }, worker));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  return items.map((_, index) => results.get(index) as R);
}
