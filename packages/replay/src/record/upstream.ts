import type { IncomingHttpHeaders } from 'node:http';
import { UpstreamUrlError } from './errors.js';

/** Headers that belong to one connection, or that would compress what has to be read. */
const own = new Set([
  'host',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'accept-encoding',
  'proxy-authorization',
  'proxy-connection',
]);

/** Checks a provider's base URL. Throws {@link UpstreamUrlError}. */
export function parseUpstream(upstream: string): URL {
  if (!URL.canParse(upstream)) throw new UpstreamUrlError('it is not an http or https URL');
  const url = new URL(upstream);
  if (!/^https?:$/.test(url.protocol)) throw new UpstreamUrlError('it is not an http or https URL');
  if (url.username !== '' || url.password !== '') throw new UpstreamUrlError('it contains a user name or a password');
  return url;
}

/** The address of an endpoint below the base URL. */
export const endpoint = (upstream: URL, name: string, search = ''): URL => {
  const url = new URL(upstream);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${name}`;
  if (search !== '') url.search = search;
  return url;
};

/** The client's headers, as they go on to the provider. */
export function forwardedHeaders(headers: IncomingHttpHeaders): Headers {
  const result = new Headers({ 'accept-encoding': 'identity' });
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || own.has(name)) continue;
    for (const one of Array.isArray(value) ? value : [value]) result.append(name, one);
  }
  return result;
}

/** The secret values that a client's headers carry. */
export function secretsIn(headers: IncomingHttpHeaders): string[] {
  const whole = [
    headers.authorization,
    headers.cookie,
    headers['x-api-key'],
    headers['api-key'],
    headers['chatgpt-account-id'],
  ]
    .flat()
    .filter((value) => value !== undefined);
  const cookies = (headers.cookie ?? '').split(';').map((pair) => pair.slice(pair.indexOf('=') + 1).trim());
  // Shorter values would take ordinary words out of the cassette.
  return [...whole, (headers.authorization ?? '').replace(/^\w+\s+/, ''), ...cookies].filter(
    (value) => value.length >= 8,
  );
}
