import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { itemEvents, type ResponseEvent } from './events.js';
import type { OutputItem, Reply } from './reply.js';
import { itemsOf, responseObject } from './response-object.js';

type Response = Extract<Reply, { kind: 'response' }>;

/** Sends a JSON document. */
export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify(body));
}

/** Resolves when the client has gone or the server closes. */
async function silence(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/** Cuts the connection, once all that was written is on its way. */
async function cut(res: ServerResponse, lastWords: string): Promise<void> {
  await new Promise((resolve) => res.write(lastWords, resolve));
  res.destroy();
}

async function sendStream(res: ServerResponse, reply: Response, signal: AbortSignal): Promise<void> {
  let sequence = 0;
  const send = (event: ResponseEvent) => {
    res.write(`event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: sequence })}\n\n`);
    sequence += 1;
  };
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  send({ type: 'response.created', response: responseObject(reply, 'in_progress', []) });
  send({ type: 'response.in_progress', response: responseObject(reply, 'in_progress', []) });
  const sent: OutputItem[] = [];
  for (const act of reply.acts) {
    if ('item' in act) {
      for (const event of itemEvents(act.item, sent.length)) send(event);
      sent.push(act.item);
    } else if ('delayMs' in act) {
      await sleep(act.delayMs, undefined, { signal });
    } else {
      if (act.fault === 'stall') await silence(signal);
      if (act.fault === 'disconnect') await cut(res, 'event: response.output');
      if (act.fault === 'malformed')
        res.end('event: response.output_item.done\ndata: {"type":"response.output_item.done","item":{"type":\n\n');
      return;
    }
  }
  const status = reply.end?.status ?? 'completed';
  send({ type: `response.${status}`, response: responseObject(reply, status, sent) });
  res.end();
}

async function sendWhole(res: ServerResponse, reply: Response, signal: AbortSignal): Promise<void> {
  for (const act of reply.acts) {
    if ('delayMs' in act) await sleep(act.delayMs, undefined, { signal });
    if (!('fault' in act)) continue;
    if (act.fault === 'malformed') {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.end('{"id":"resp_');
      return;
    }
    res.writeHead(200, { 'content-type': 'application/json' });
    if (act.fault === 'stall') {
      res.write(' ');
      await silence(signal);
    } else {
      await cut(res, '{"id":"resp_');
    }
    return;
  }
  sendJson(res, 200, responseObject(reply, reply.end?.status ?? 'completed', itemsOf(reply)));
}

/** Sends a reply the way the request asked for, and returns the HTTP status. `signal` is aborted when the client has gone. */
export async function sendReply(
  res: ServerResponse,
  reply: Reply,
  stream: boolean,
  signal: AbortSignal,
): Promise<number> {
  if (reply.kind === 'error') {
    sendJson(res, reply.status, { error: reply.error });
    return reply.status;
  }
  try {
    await (stream ? sendStream : sendWhole)(res, reply, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return 200;
}
