import { expect, it } from 'vitest';
import { JsonRpcPeer, type PeerHandlers, RequestRefusal } from './json-rpc-peer.js';

/** A channel whose other end is the test. */
function open(handlers: Partial<PeerHandlers> = {}) {
  const sent: unknown[] = [];
  let receive!: (text: string) => void;
  let closed!: () => void;
  const peer = new JsonRpcPeer(
    {
      send: (text) => sent.push(JSON.parse(text)),
      listen: (onMessage, onClosed) => {
        receive = onMessage;
        closed = onClosed;
      },
      close: () => undefined,
    },
    { notification: () => undefined, request: () => Promise.resolve(null), closed: () => undefined, ...handlers },
  );
  const deliver = (message: object) => {
    receive(JSON.stringify(message));
  };
  return { peer, sent, deliver, deliverText: receive, close: closed };
}

it('hands each answer to its own request, in whatever order they come', async () => {
  const { peer, sent, deliver } = open();
  const first = peer.request('a', {}, (result) => result);
  const second = peer.request('b', {}, (result) => result);
  expect(sent).toEqual([
    { id: 0, method: 'a', params: {} },
    { id: 1, method: 'b', params: {} },
  ]);
  deliver({ id: 1, result: 'two' });
  deliver({ id: 0, result: 'one' });
  expect(await Promise.all([first, second])).toEqual(['one', 'two']);
});

it('accepts an answer before it handles the message that follows', () => {
  const seen: string[] = [];
  const { peer, deliver } = open({ notification: (method) => seen.push(method) });
  void peer.request('thread/start', {}, () => seen.push('accepted'));
  deliver({ id: 0, result: {} });
  deliver({ method: 'turn/started', params: {} });
  expect(seen).toEqual(['accepted', 'turn/started']);
});

it('rejects with the server’s words, and with its own when the connection is lost', async () => {
  const { peer, deliver, close } = open();
  const refused = peer.request('thread/resume', {}, () => undefined);
  const lost = peer.request('turn/start', {}, () => undefined);
  deliver({ id: 0, error: { code: -32600, message: 'no rollout found' } });
  close();
  await expect(refused).rejects.toMatchObject({
    code: 'app-server-request-failed',
    message: expect.stringContaining('no rollout found') as string,
  });
  await expect(lost).rejects.toMatchObject({ code: 'app-server-gone' });
  await expect(peer.request('late', {}, () => undefined)).rejects.toMatchObject({ code: 'app-server-gone' });
});

it('answers the server’s requests, and refusals with an error', async () => {
  const { sent, deliver } = open({
    request: (method) =>
      method === 'good' ? Promise.resolve({ decision: 'accept' }) : Promise.reject(new RequestRefusal(-32601, 'no')),
  });
  deliver({ id: 'x', method: 'good', params: {} });
  deliver({ id: 7, method: 'bad', params: {} });
  await Promise.resolve();
  await Promise.resolve();
  expect(sent).toEqual([
    { id: 'x', result: { decision: 'accept' } },
    { id: 7, error: { code: -32601, message: 'no' } },
  ]);
});

it('passes over lines that are no messages', () => {
  const seen: string[] = [];
  const { deliverText, deliver } = open({ notification: (method) => seen.push(method) });
  for (const text of ['not json', '[]', 'null', '{"id":99,"result":1}', '{}']) deliverText(text);
  deliver({ method: 'warning', params: {} });
  expect(seen).toEqual(['warning']);
});
