import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ReplayListenError } from './errors.js';

export type Handler = (req: IncomingMessage, res: ServerResponse, gone: AbortSignal) => Promise<void>;

/** Listens on loopback. Each handler gets a signal that is aborted when its client has gone or the server closes. */
export async function listen(
  port: number,
  handler: Handler,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const busy = new Set<Promise<void>>();
  const server: Server = createServer((req, res) => {
    const gone = new AbortController();
    res.once('close', () => {
      gone.abort();
    });
    res.on('error', () => undefined);
    const work = handler(req, res, gone.signal)
      .catch((error: unknown) => {
        if (res.headersSent) {
          res.destroy();
          return;
        }
        res.writeHead(500, { 'content-type': 'application/json' });
        res.end(
          JSON.stringify({
            error: {
              message: `The stand-in failed: ${String(error)}`,
              type: 'replay_internal',
              code: null,
              param: null,
            },
          }),
        );
      })
      .finally(() => busy.delete(work));
    busy.add(work);
  });
  // A model may think for longer than Node's default patience with a request.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new ReplayListenError(port, cause));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await Promise.all(busy);
    },
  };
}
