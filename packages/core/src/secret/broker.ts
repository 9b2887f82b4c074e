import { userHome } from '../config/user-places.js';
import { SecretTooShortError, SecretUnavailableError, SecretUnknownError } from './errors.js';
import { secretFromCommand } from './from-command.js';
import { secretFromFile } from './from-file.js';
import { secretFromVault } from './from-vault.js';
import type { Redactor } from './redactor.js';
import { Secret } from './secret.js';
import type { SecretSource, SecretSources } from './source.js';
import { minSecretLength } from './spellings.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface SecretBrokerOptions {
  readonly sources: SecretSources;
  readonly env: Env;
  /** Told of every value before anybody gets it. */
  readonly redactor: Redactor;
  /** The repository that is worked on: none of its programs is run. */
  readonly untrustedRoot?: string | undefined;
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

  /** What an environment variable holds; undefined when it is empty or not set. */
  variable(variable: string): Secret | undefined {
    const value = this.#options.env[variable] ?? '';
    if (value === '') return undefined;
    const secret = new Secret(variable, value);
    this.#options.redactor.add(secret);
    return secret;
  }

  #get(name: string, wantedBy: readonly string[], signal: AbortSignal | undefined): Promise<Secret> {
    const known = this.#secrets.get(name);
    if (known && !wantedBy.includes(name)) return known;
    const fetching = this.#fetch(name, wantedBy, signal);
    this.#secrets.set(name, fetching);
    fetching.catch(() => this.#secrets.delete(name));
    return fetching;
  }

  async #fetch(name: string, wantedBy: readonly string[], signal: AbortSignal | undefined): Promise<Secret> {
    const { sources, redactor } = this.#options;
    const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
    if (!source) throw new SecretUnknownError(name, Object.keys(sources));
    if (wantedBy.includes(name))
      throw new SecretUnavailableError({ name, source: 'itself', reason: [...wantedBy, name].join(' needs ') });
    const value = await this.#value(name, source, wantedBy, signal);
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
        return secretFromVault(name, source, await this.#get(source.token.secret, [...wantedBy, name], signal), signal);
    }
  }
}
