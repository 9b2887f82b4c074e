/**
 * The smallest set of changes, in their order, that turns the tests red together: one alone, or several that each are green.
 *
 * `isRed` is asked for ordered selections of `items`. All of them together have to be red, and none of them green. Needs about
 * log2(n) tests for each member of the set.
 */
export async function guiltySet<T>(
  items: readonly T[],
  isRed: (selection: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  const inOrder = (selection: ReadonlySet<T>): T[] => items.filter((item) => selection.has(item));
  const guilty = new Set<T>();
  let suspects = items;
  for (;;) {
    // Without the last of the shortest red prefix it is green: that one is needed, and what comes behind it is not.
    let [green, red] = [0, suspects.length];
    while (red - green > 1) {
      const middle = Math.floor((green + red) / 2);
      if (await isRed(inOrder(new Set([...suspects.slice(0, middle), ...guilty])))) red = middle;
      else green = middle;
    }
    const needed = suspects[red - 1];
    if (needed === undefined) return inOrder(guilty);
    guilty.add(needed);
    suspects = suspects.slice(0, red - 1);
    if (suspects.length === 0 || (await isRed(inOrder(guilty)))) return inOrder(guilty);
  }
}
