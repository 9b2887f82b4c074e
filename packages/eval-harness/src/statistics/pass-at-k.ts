/**
 * The chance that at least one of `k` attempts passes, estimated without bias from `n` attempts of which `c` passed:
 * `1 - C(n - c, k) / C(n, k)`. Null where fewer than `k` were made, as nothing is known then.
 *
 * Source: Chen et al., Evaluating Large Language Models Trained on Code (https://arxiv.org/abs/2107.03374), section 2.1.
 */
export function passAtK(n: number, c: number, k: number): number | null {
  if (k > n) return null;
  if (n - c < k) return 1;
  // As a product, because the binomials themselves outgrow a number.
  let noneOfThem = 1;
  for (let i = n - c + 1; i <= n; i += 1) noneOfThem *= 1 - k / i;
  return 1 - noneOfThem;
}
