import type { ManagedProcess, ProcessExit } from '@codex-orch/core';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type JSONRPCMessage, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { LineSplitter } from '../wire/line-splitter.js';

/** MCP over the standard streams of a process that is ended with its whole group; the SDK's own transport ends the leader alone. */
export class ProcessTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #process: ManagedProcess;
  #exit: ProcessExit | undefined;

  constructor(process: ManagedProcess) {
    this.#process = process;
    process.child.once('exit', (code, signal) => {
      this.#exit = { code, signal };
    });
  }

  /** How the process ended, once it has. */
  get exit(): ProcessExit | undefined {
    return this.#exit;
  }

  start(): Promise<void> {
    const splitter = new LineSplitter();
    this.#process.child.stdout?.on('data', (chunk: Buffer) => {
      try {
        for (const line of splitter.push(chunk)) this.#receive(line);
      } catch (error) {
        this.onerror?.(error as Error);
        void this.close();
      }
    });
    void this.#process.exited.then(() => this.onclose?.());
    return Promise.resolve();
  }

  send(message: JSONRPCMessage): Promise<void> {
    this.#process.child.stdin?.write(`${JSON.stringify(message)}\n`);
    return Promise.resolve();
  }

  async close(): Promise<void> {
    // With a call pending, mcp-server does not exit when its input ends.
    await this.#process.kill();
  }

  #receive(line: string): void {
    let message: JSONRPCMessage;
    try {
      message = JSONRPCMessageSchema.parse(JSON.parse(line));
    } catch (error) {
      this.onerror?.(error as Error);
      return;
    }
    this.onmessage?.(message);
  }
}
