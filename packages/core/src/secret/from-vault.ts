import { z } from 'zod';
import { SecretUnavailableError } from './errors.js';
import type { Secret } from './secret.js';
import type { SecretSource } from './source.js';

// The HTTP API of the KV engine of Vault and OpenBao:
// https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version
// https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v1#read-secret

type VaultSource = Extract<SecretSource, { from: 'vault' }>;

const fields = z.record(z.string(), z.unknown());
const answerSchemas = {
  1: z.object({ data: fields }).transform(({ data }) => data),
  2: z.object({ data: z.object({ data: fields.nullable() }) }).transform(({ data }) => data.data),
};
const errorsSchema = z.object({ errors: z.array(z.string()) });

const timeoutMs = 10_000;

/** More than any secret with all its metadata. */
const maxAnswerBytes = 1024 * 1024;

const encoded = (names: string): string => names.split('/').map(encodeURIComponent).join('/');

const parse = <T>(schema: z.ZodType<T>, text: string): T | undefined => {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** What to show a Vault. */
export interface VaultToken {
  readonly current: Secret;
  /** Looks whether there is a newer one; the same when there is none. */
  readonly renew: () => Promise<Secret>;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: string | undefined;
}

/** Undefined when it is too long to be what was asked for. */
async function textOf(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads one field of the newest version of a secret. Throws {@link SecretUnavailableError}. */
export async function secretFromVault(
  name: string,
  { addr, mount = 'secret', version = 2, path, field = 'value', namespace }: VaultSource,
  { current, renew }: VaultToken,
  signal?: AbortSignal,
): Promise<string> {
  const url = `${addr.replace(/\/+$/, '')}/v1/${encoded(mount)}/${version === 2 ? 'data/' : ''}${encoded(path)}`;
  const unavailable = (reason: string, cause?: unknown): SecretUnavailableError =>
    new SecretUnavailableError({ name, source: url, reason, cause });

  const ask = async (token: Secret): Promise<Answer> => {
    const timeout = AbortSignal.timeout(timeoutMs);
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
      return {
        status: response.status,
        retryAfter: response.headers.get('retry-after'),
        body: await textOf(response),
      };
    } catch (cause) {
      signal?.throwIfAborted();
      if (timeout.aborted) throw unavailable(`it did not answer within ${timeoutMs / 1000} seconds`, cause);
      const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
      throw unavailable(`it cannot be reached (${why})`, cause);
    }
  };

  let answer = await ask(current);
  if (answer.status === 403) {
    const renewed = await renew();
    if (renewed.reveal() !== current.reveal()) answer = await ask(renewed);
  }
  const { status, retryAfter, body } = answer;
  if (body === undefined) throw unavailable(`it answers with more than ${maxAnswerBytes} bytes`);
  const said = (parse(errorsSchema, body)?.errors ?? []).join('; ').slice(0, 300);
  const why = said ? ` (${said})` : '';
  if (status === 403) throw unavailable(`the token "${current.name}" is refused${why}`);
  if (status === 404) throw unavailable('there is no such secret, or its newest version is deleted');
  const later = /^\d{1,6}$/.test(retryAfter ?? '') ? `, and asks to wait ${retryAfter} seconds` : '';
  if (status !== 200) throw unavailable(`it answers ${status}${why}${later}`);
  const secret = parse<Readonly<Record<string, unknown>> | null>(answerSchemas[version], body);
  if (secret === undefined)
    throw unavailable(
      `its answer is not that of a KV engine of version ${version}; check "addr", "mount" and "version"`,
    );
  const value = secret?.[field];
  if (typeof value !== 'string') throw unavailable(`it has no text in the field "${field}"`);
  return value;
}
