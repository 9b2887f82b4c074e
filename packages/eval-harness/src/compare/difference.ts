/** How two results differ. */
export type DifferenceKind = 'regression' | 'improvement' | 'other';

/** Differences by what they mean, in the order in which they were found. */
export function sorted<T extends { readonly kind: DifferenceKind }>(differences: readonly T[]) {
  const of = (kind: DifferenceKind): readonly T[] => differences.filter((each) => each.kind === kind);
  return { regressions: of('regression'), improvements: of('improvement'), others: of('other') };
}
