import type { Ctx } from '@codex-orch/core';
import { DbosEngine } from '../src/index.js';

/** One worker of a fleet, until it has greeted everybody. Start it on as many machines as you like. */
export async function greetAll(url: string, names: readonly string[]): Promise<readonly unknown[]> {
  await using engine = new DbosEngine({ url, version: '1' });
  const greeting = { name: 'greeting', run: (ctx: Ctx, who: string) => ctx.step('hello', () => greet(who)) };
  engine.defineQueue('greetings', { concurrency: 4, perWorker: 2 });
  engine.register(greeting);
  await engine.start();
  for (const who of names) await engine.submit('greeting', who, { id: `greet-${who}`, queue: 'greetings' });
  return await Promise.all(names.map((who) => engine.result(`greet-${who}`)));
}

const greet = (who: string): Promise<string> => Promise.resolve(`Hello, ${who}.`);
