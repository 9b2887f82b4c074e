/** What only a provider that is away, or has had enough, answers with. */
const always = new Set([
  'model-rate-limited',
  'usage-limit',
  'model-unreachable',
  'model-disconnected',
  'model-timeout',
]);

/** Of an error that may also be about what was asked: a status from 500 on, or words to the same end. */
const ofServer =
  /\b(?:HTTP|status(?: code)?:?)\s*5\d\d\b|overloaded|high demand|internal server error|try again later/i;

/**
 * Why a goal ended for which the provider of its model, and not the work, was to blame; undefined for any other end.
 *
 * The codes are those of `TurnError` and of the calls of roles.
 */
export function outageOf(end: { readonly code: string; readonly message: string } | undefined): string | undefined {
  if (!end) return undefined;
  const isOutage = always.has(end.code) || (end.code === 'model-error' && ofServer.test(end.message));
  return isOutage ? `${end.message} [${end.code}]` : undefined;
}
