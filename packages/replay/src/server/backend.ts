import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ReplayExchange, ReplayReport } from './report.js';

/** How one exchange went, before it is numbered. */
export type Outcome = Omit<ReplayExchange, 'n'>;

/** What stands behind the HTTP server in one of its modes. */
export interface Backend extends AsyncDisposable {
  readonly mode: ReplayReport['mode'];
  respond(n: number, req: IncomingMessage, res: ServerResponse, gone: AbortSignal): Promise<Outcome>;
  listModels(req: IncomingMessage, res: ServerResponse, gone: AbortSignal): Promise<void>;
}

/** What the stand-in says to a request that it does not understand. */
export const invalidRequest = (message: string) => ({
  error: { message, type: 'invalid_request_error', param: null, code: null },
});
