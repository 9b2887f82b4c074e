import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** Thrown when a body cannot be read; `status` is the HTTP answer it deserves. */
export class UnreadableBody extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const limit = 256 * 1024 * 1024;

/** Reads the bytes of a request's body as they came. Throws {@link UnreadableBody}. */
export async function readBody(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new UnreadableBody(413, `the body is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Decodes a body to JSON. Throws {@link UnreadableBody}. */
export async function decodeBody(body: Buffer, encoding: string | undefined): Promise<unknown> {
  if (encoding !== undefined && encoding !== 'identity' && encoding !== 'gzip') {
    throw new UnreadableBody(
      415,
      `the body is compressed with ${encoding}; for Codex, set features.enable_request_compression=false`,
    );
  }
  try {
    const plain = encoding === 'gzip' ? await promisify(gunzip)(body, { maxOutputLength: limit }) : body;
    return JSON.parse(plain.toString('utf8')) as unknown;
  } catch (cause) {
    throw new UnreadableBody(400, `the body is not JSON (${cause instanceof Error ? cause.message : String(cause)})`);
  }
}
