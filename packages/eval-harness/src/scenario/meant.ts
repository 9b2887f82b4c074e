import { nearName } from '@codex-orch/core';

/** Names that a message lists. */
const told = 20;

/** Which of the known names was probably meant; what is known, where none is near. */
export function meant(said: string, known: readonly string[]): string {
  const near = nearName(said, known);
  if (near !== undefined) return `Did you mean "${near}"?`;
  const more = known.length > told ? ', …' : '';
  return `Known are ${known.slice(0, told).join(', ') || 'none'}${more}.`;
}
