import { DatabaseUrlError } from '../errors.js';

const secretParameters = ['password', 'sslpassword'];

/** Throws {@link DatabaseUrlError} unless it is a URL of a Postgres database. The error never holds the URL. */
export function checkDatabaseUrl(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new DatabaseUrlError('it is no URL');
  }
  if (parsed.protocol !== 'postgres:' && parsed.protocol !== 'postgresql:')
    throw new DatabaseUrlError(`it begins with "${parsed.protocol}", not with "postgresql:"`);
  if (parsed.pathname.length < 2) throw new DatabaseUrlError('it names no database');
  try {
    decodeURIComponent(parsed.username + parsed.password + parsed.pathname);
  } catch {
    throw new DatabaseUrlError('it has a "%" that is not written as "%25", perhaps in the password');
  }
  return url;
}

/** A database URL as it may be shown: without what is secret. */
export function shownDatabaseUrl(url: string): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  for (const name of secretParameters) if (shown.searchParams.has(name)) shown.searchParams.set(name, '***');
  return shown.href;
}

/** The secrets in a database URL, raw and decoded, for a redactor. */
export function secretsOfDatabaseUrl(url: string): readonly string[] {
  const { password, searchParams } = new URL(url);
  const given = [
    password,
    decodeURIComponent(password),
    ...secretParameters.map((name) => searchParams.get(name) ?? ''),
  ];
  return [...new Set(given)].filter((secret) => secret !== '');
}
