const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Nothing that is asked for in an answer can make us wait for longer, in milliseconds. */
const maxMs = 3_600_000;

/**
 * How long the body of a 429 asks to wait, in milliseconds; undefined when it does not say.
 *
 * `codex cloud` prints the body of an answer and not its headers, so a `Retry-After` that is only there is not seen.
 */
export function retryAfterOf(body: string): number | undefined {
  const [, seconds] =
    /"(?:retry_after|retry_after_seconds|resets_in_seconds)"\s*:\s*"?(\d+(?:\.\d+)?)/.exec(body) ?? [];
  if (seconds !== undefined) return limited(Number(seconds) * 1000);
  const [, amount, unit = 's'] = /(?:try again|retry) (?:in|after) (\d+(?:\.\d+)?)\s?(ms|s|m|h)/i.exec(body) ?? [];
  return amount === undefined ? undefined : limited(Number(amount) * (units[unit.toLowerCase()] ?? 1000));
}

const limited = (ms: number): number => Math.min(Math.ceil(ms), maxMs);
