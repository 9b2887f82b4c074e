/** The moment that a day stands for: its noon, in UTC, in milliseconds since the epoch. Throws for what the calendar does not have. */
export function parseDay(text: string): number {
  const at = Date.parse(`${text}T12:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(at) || !new Date(at).toISOString().startsWith(text))
    throw new SyntaxError(`"${text}" is no day of the form YYYY-MM-DD`);
  return at;
}
