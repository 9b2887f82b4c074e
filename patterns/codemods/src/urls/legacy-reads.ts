import { parse } from 'node:url';

/** How a property of a parsed URL is read afterwards: as it is, or put together; `undefined` where it has no equal. */
export type Reading = 'same' | 'same-if-truthy' | 'path' | 'query' | undefined;

/** What one input gives by `url.parse` and by `new URL`, side by side. */
export interface Comparison {
  /** Whether the text may go on with anything, so that only what lies before its end is decided. */
  readonly open: boolean;
  readonly legacy: Readonly<Record<string, unknown>>;
  readonly modern: URL;
}

const closedAuthority = /^(?:https?|wss?|ftp):\/\/[^/?#@\\\s]+\//;

/**
 * Parses a text both ways. With more to come it must reach past the host, since what comes could change that.
 * `undefined` where the text is no absolute URL, or may turn out to be none.
 */
export function compare(text: string, open: boolean): Comparison | undefined {
  const decided = open ? closedAuthority.exec(text)?.[0] : text;
  if (decided === undefined || !URL.canParse(decided)) return undefined;
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- as above
    return { open, legacy: { ...parse(decided) }, modern: new URL(decided) };
  } catch {
    // The old parser refuses some hosts that the new one takes.
    return undefined;
  }
}

const decidedByHost = new Set(['protocol', 'host', 'hostname', 'port']);
const shared = new Set([...decidedByHost, 'pathname', 'search', 'hash', 'href']);

/** How to read what `url.parse(...)[property]` was. */
export function readingOf({ open, legacy, modern }: Comparison, property: string): Reading {
  if (open && !decidedByHost.has(property)) return undefined;
  if (shared.has(property)) {
    const [before, after] = [legacy[property], modern[property as 'host']];
    if (before === after) return 'same';
    return before === null && after === '' ? 'same-if-truthy' : undefined;
  }
  if (property === 'path' && legacy.path === modern.pathname + modern.search) return 'path';
  if (property === 'query' && legacy.query === modern.search.slice(1)) return 'query';
  return undefined;
}
