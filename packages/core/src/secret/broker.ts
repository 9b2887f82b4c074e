import { userHome } from '../config/user-places.js';
import { OrchError } from '../errors/orch-error.js';
import { SecretTooShortError, SecretUnavailableError, SecretUnknownError } from './errors.js';
import { secretFromCommand } from './from-command.js';
import { secretFromFile } from './from-file.js';
import { secretFromVault, type VaultToken } from './from-vault.js';
import { maxSecretBytes } from './limits.js';
import type { Redactor } from './redactor.js';
import { Secret } from './secret.js';
import type { SecretSource, SecretSources } from './source.js';
import { minSecretLength } from './spellings.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Which secret could not be had, and why: fit for a log, as nothing of the value or of what its source said is in it. */
export interface SecretFailure {
  readonly name: string;
  /** The kind of its source; `nowhere` when nobody configured one. */
  readonly from: SecretSource['from'] | 'nowhere';
  /** Of the error that the caller gets. */
  readonly code: string;
}

export interface SecretBrokerOptions {
  readonly sources: SecretSources;
  readonly env: Env;
  /** Told of every value before anybody gets it. */
  readonly redactor: Redactor;
  /** The repository that is worked on: none of its programs is run. */
  readonly untrustedRoot?: string | undefined;
  /** Told of every secret that could not be had, before its caller is; must not reject. */
  readonly onFailure?: ((failure: SecretFailure) => Promise<void>) | undefined;
}

/** Fetches secrets from where their user keeps them, once and only when they are needed. They stay in memory. */
export class SecretBroker {
  readonly #options: SecretBrokerOptions;
  readonly #secrets = new Map<string, Promise<Secret>>();

  constructor(options: SecretBrokerOptions) {
    this.#options = options;
  }

  /**
   * The secret of this name. A failure is not remembered: what is missing may be there the next time.
   *
   * Throws `SecretUnknownError`, `SecretUnavailableError`, `SecretFileModeError` and `SecretTooShortError`.
   */
  get(name: string, signal?: AbortSignal): Promise<Secret> {
    return this.#get(name, [], signal);
  }

  /** What an environment variable holds; undefined when it is empty or not set. Throws `SecretUnavailableError` for one too long. */
  variable(variable: string): Secret | undefined {
    const value = this.#options.env[variable] ?? '';
    if (value === '') return undefined;
    checkLength(variable, `the environment variable ${variable}`, value);
    const secret = new Secret(variable, value);
    this.#options.redactor.add(secret);
    return secret;
  }

  #get(name: string, wantedBy: readonly string[], signal: AbortSignal | undefined): Promise<Secret> {
    const known = this.#secrets.get(name);
    if (known && !wantedBy.includes(name)) return known;
    const fetching = this.#fetchOrTell(name, wantedBy, signal);
    this.#secrets.set(name, fetching);
    fetching.catch(() => this.#secrets.delete(name));
    return fetching;
  }

  async #fetchOrTell(name: string, wantedBy: readonly string[], signal: AbortSignal | undefined): Promise<Secret> {
    try {
      return await this.#fetch(name, wantedBy, signal);
    } catch (error) {
      if (error instanceof OrchError)
        await this.#options.onFailure?.({ name, from: this.#source(name)?.from ?? 'nowhere', code: error.code });
      throw error;
    }
  }

  #source(name: string): SecretSource | undefined {
    const { sources } = this.#options;
    return Object.hasOwn(sources, name) ? sources[name] : undefined;
  }

  async #fetch(name: string, wantedBy: readonly string[], signal: AbortSignal | undefined): Promise<Secret> {
    const { sources, redactor } = this.#options;
    const source = this.#source(name);
    if (!source) throw new SecretUnknownError(name, Object.keys(sources));
    if (wantedBy.includes(name))
      throw new SecretUnavailableError({ name, source: 'itself', reason: [...wantedBy, name].join(' needs ') });
    const value = await this.#value(name, source, wantedBy, signal);
    checkLength(name, 'its source', value);
    if (value.length < minSecretLength) throw new SecretTooShortError(name, minSecretLength);
    const secret = new Secret(name, value);
    redactor.add(secret);
    return secret;
  }

  async #value(
    name: string,
    source: SecretSource,
    wantedBy: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const { env, untrustedRoot } = this.#options;
    switch (source.from) {
      case 'env': {
        const value = env[source.variable] ?? '';
        if (value === '')
          throw new SecretUnavailableError({
            name,
            source: `the environment variable ${source.variable}`,
            reason: 'it is not set',
          });
        return value;
      }
      case 'file':
        return secretFromFile(name, source.path, userHome(env));
      case 'command':
        return secretFromCommand(name, source.command, {
          env,
          timeoutSeconds: source.timeoutSeconds,
          untrustedRoot,
          signal,
        });
      case 'vault':
        return secretFromVault(
          name,
          source,
          await this.#vaultToken(name, source.token.secret, wantedBy, signal),
          signal,
        );
    }
  }

  /** A token that was fetched for an earlier secret may have expired since; where it is kept there may be a newer one. */
  async #vaultToken(
    name: string,
    token: string,
    wantedBy: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<VaultToken> {
    const get = (): Promise<Secret> => this.#get(token, [...wantedBy, name], signal);
    const earlier = this.#secrets.get(token);
    const current = await get();
    const renew = async (): Promise<Secret> => {
      if (earlier === undefined) return current;
      if (this.#secrets.get(token) === earlier) this.#secrets.delete(token);
      return get();
    };
    return { current, renew };
  }
}

/** Every secret is looked for everywhere, so its length is bounded wherever it comes from. */
function checkLength(name: string, source: string, value: string): void {
  if (Buffer.byteLength(value) > maxSecretBytes)
    throw new SecretUnavailableError({ name, source, reason: `it has more than ${maxSecretBytes} bytes` });
}
