import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { MessageChannel } from './message-channel.js';

function connectOnce(path: string): Promise<WebSocket> {
  // Versions up to 0.153.4 drop the connection when compression is offered.
  const socket = new WebSocket(`ws+unix://${path}:/`, { perMessageDeflate: false, maxPayload: 256 * 1024 * 1024 });
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

function channelOver(socket: WebSocket): MessageChannel {
  return {
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(message);
    },
    listen(onMessage, onClosed) {
      socket.on('message', (data: Buffer) => {
        onMessage(data.toString('utf8'));
      });
      // The close event follows and says all there is to say.
      socket.on('error', () => undefined);
      socket.once('close', onClosed);
    },
    close() {
      socket.close();
    },
  };
}

/** Connects to an app-server that listens already; undefined when nobody does. */
export async function tryConnectSocket(path: string): Promise<MessageChannel | undefined> {
  try {
    return channelOver(await connectOnce(path));
  } catch {
    return undefined;
  }
}

/** Connects to an app-server that is about to listen. Rejects with the last failure when `signal` aborts first. */
export async function connectSocket(path: string, signal: AbortSignal): Promise<MessageChannel> {
  for (;;) {
    try {
      return channelOver(await connectOnce(path));
    } catch (error) {
      if (signal.aborted) throw error;
      // The server announces nothing when it is ready, so there is no event to wait for.
      await delay(20);
    }
  }
}
