import type { Scene } from '../cassette/scene.js';
import type { ReplayExchange } from './report.js';

interface CommonOptions {
  /** The port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number | undefined;
  /** Aborting closes the server. */
  readonly signal?: AbortSignal | undefined;
  /** Called once for each request, when it has been answered. */
  readonly onExchange?: ((exchange: ReplayExchange) => void) | undefined;
}

/** What the stand-in answers from. */
export type ReplayOptions = CommonOptions &
  (
    | { readonly script: readonly Scene[] }
    /** Path of a cassette; its kind decides between script and replay. */
    | { readonly cassette: string }
    | {
        readonly record: {
          /** The provider's base URL, e.g. `https://api.openai.com/v1`. */
          readonly upstream: string;
          /** Path of the cassette to write. */
          readonly to: string;
          /** Values that must never reach the cassette. */
          readonly secrets?: readonly string[] | undefined;
        };
      }
  );
