import { z } from 'zod';
import { SecretUnavailableError } from './errors.js';
import type { Secret } from './secret.js';
import type { SecretSource } from './source.js';

// The HTTP API of Vault's and OpenBao's KV engine, version 2:
// https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version

const answerSchema = z.object({ data: z.object({ data: z.record(z.string(), z.unknown()).nullable() }) });
const errorsSchema = z.object({ errors: z.array(z.string()) });

const timeoutMs = 10_000;

const encoded = (names: string): string => names.split('/').map(encodeURIComponent).join('/');

const parse = <T>(schema: z.ZodType<T>, text: string): T | undefined => {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** Reads one field of the newest version of a secret. Throws {@link SecretUnavailableError}. */
export async function secretFromVault(
  name: string,
  { addr, mount = 'secret', path, field = 'value', namespace }: Extract<SecretSource, { from: 'vault' }>,
  token: Secret,
  signal?: AbortSignal,
): Promise<string> {
  const url = `${addr.replace(/\/+$/, '')}/v1/${encoded(mount)}/data/${encoded(path)}`;
  const unavailable = (reason: string, cause?: unknown): SecretUnavailableError =>
    new SecretUnavailableError({ name, source: url, reason, cause });
  const timeout = AbortSignal.timeout(timeoutMs);
  let status: number;
  let body: string;
  try {
    const response = await fetch(url, {
      headers: {
        'X-Vault-Token': token.reveal(),
        'X-Vault-Request': 'true',
        ...(namespace === undefined ? {} : { 'X-Vault-Namespace': namespace }),
      },
      // A redirect would carry the token to a host that nobody configured.
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    ({ status } = response);
    body = await response.text();
  } catch (cause) {
    signal?.throwIfAborted();
    if (timeout.aborted) throw unavailable(`it did not answer within ${timeoutMs / 1000} seconds`, cause);
    const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw unavailable(`it cannot be reached (${why})`, cause);
  }
  const said = (parse(errorsSchema, body)?.errors ?? []).join('; ').slice(0, 300);
  if (status === 403) throw unavailable(`the token "${token.name}" is refused${said ? ` (${said})` : ''}`);
  if (status === 404) throw unavailable('there is no such secret, or its newest version is deleted');
  if (status !== 200) throw unavailable(`it answers ${status}${said ? ` (${said})` : ''}`);
  const value = parse(answerSchema, body)?.data.data?.[field];
  if (typeof value !== 'string') throw unavailable(`it has no text in the field "${field}"`);
  return value;
}
