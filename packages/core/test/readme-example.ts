import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type Ctx, JournalEngine } from '../src/index.js';

/** Greets in two steps. Called again with the same id, it hands back what was recorded. */
export async function greet(
  folder: string,
  id: string,
  name: string,
  say: (text: string) => Promise<string>,
): Promise<unknown> {
  await using engine = new JournalEngine({ folderOf: (run) => path.join(folder, run), list: () => readdir(folder) });
  const greeting = async (ctx: Ctx, who: string) => {
    const hello = await ctx.step('hello', () => say(`Hello, ${who}.`));
    return ctx.step('bye', () => say(`${hello} Goodbye.`), { retries: 2 });
  };
  await engine.run({ name: 'greeting', run: greeting }, name, { id });
  return await engine.result(id);
}
