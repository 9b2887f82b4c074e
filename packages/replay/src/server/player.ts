import type { ModelRequest } from '../request/model-request.js';
import type { Reply } from '../response/reply.js';

/** How a request was answered: `loose` and `miss` are worth a look. */
export type Match = 'scripted' | 'strict' | 'loose' | 'miss' | 'recorded';

/** An answer, and where it came from. */
export interface Played {
  readonly match: Match;
  readonly scene?: string | undefined;
  readonly entry?: number | undefined;
  readonly reply: Reply;
}

/** Something that answers requests without a provider. */
export interface Player {
  readonly mode: 'script' | 'replay';
  /** `isRetry`: the client says that it asks again. */
  play(request: ModelRequest, isRetry: boolean): Played;
}
