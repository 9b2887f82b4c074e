import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordingProxy extends AsyncDisposable {
  readonly baseUrl: string;
  /** The bodies of the requests so far. */
  readonly bodies: readonly string[];
}

/** Passes requests on to the scripted model and keeps what was sent. */
export async function startRecordingProxy(upstream: string): Promise<RecordingProxy> {
  const bodies: string[] = [];
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', upstream);
    const chunks: Buffer[] = [];
    const onward = request(url, { method: req.method, headers: { ...req.headers, host: url.host } }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => res.destroy());
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    res.on('close', () => onward.destroy());
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => bodies.push(Buffer.concat(chunks).toString('utf8')));
    req.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
