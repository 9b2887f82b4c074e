import type { ManagedProcess } from '@codex-orch/core';
import { LineSplitter } from '../wire/line-splitter.js';
import type { MessageChannel } from './message-channel.js';

/** One JSON message a line over the process's standard streams. */
export function stdioChannel(process: ManagedProcess): MessageChannel {
  return {
    send(message) {
      process.child.stdin?.write(`${message}\n`);
    },
    listen(onMessage, onClosed) {
      const splitter = new LineSplitter();
      process.child.stdout?.on('data', (chunk: Buffer) => {
        try {
          for (const line of splitter.push(chunk)) onMessage(line);
        } catch {
          void process.kill({ force: true });
        }
      });
      void process.exited.then(onClosed);
    },
    close() {
      process.child.stdin?.end();
    },
  };
}
