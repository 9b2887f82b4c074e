/** The keys of a Codex `config.toml` (or of `-c` overrides) that send a Codex to a stand-in. */
export interface CodexProviderConfig {
  readonly model: string;
  readonly model_provider: 'replay';
  readonly model_providers: {
    readonly replay: {
      readonly name: string;
      readonly base_url: string;
      readonly wire_api: 'responses';
      readonly request_max_retries?: number;
      readonly stream_max_retries?: number;
    };
  };
}

export interface CodexProviderOptions {
  /** The model's slug. The default, `gpt-5.5`, is offered `apply_patch` by every Codex tried. */
  readonly model?: string | undefined;
  /** Retries of a failed request; Codex's own default, 5, takes about 25 seconds. */
  readonly requestMaxRetries?: number | undefined;
  /** Retries of a broken stream. */
  readonly streamMaxRetries?: number | undefined;
}

/**
 * Configures Codex to use the stand-in at `baseUrl` as its model provider.
 *
 * It does not set `requires_openai_auth`, so Codex sends no credentials. Keys: Codex's `model_providers`.
 */
export function codexProviderConfig(baseUrl: string, options: CodexProviderOptions = {}): CodexProviderConfig {
  return {
    model: options.model ?? 'gpt-5.5',
    model_provider: 'replay',
    model_providers: {
      replay: {
        name: 'replay',
        base_url: baseUrl,
        wire_api: 'responses',
        ...(options.requestMaxRetries === undefined ? {} : { request_max_retries: options.requestMaxRetries }),
        ...(options.streamMaxRetries === undefined ? {} : { stream_max_retries: options.streamMaxRetries }),
      },
    },
  };
}
