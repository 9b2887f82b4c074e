import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, writeFileAtomic } from '@codex-orch/core';
import type { z } from 'zod';

/** Results as JSON files, each there as a whole or not at all, whatever happens to the process. */
export class ResultStore<T> {
  readonly #dir: string;
  readonly #schema: z.ZodType<T>;

  constructor(dir: string, schema: z.ZodType<T>) {
    this.#dir = dir;
    this.#schema = schema;
  }

  /** Undefined where there is none, or none of the present form. */
  async get(name: string): Promise<T | undefined> {
    const text = await readFile(this.#file(name), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      return this.#schema.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  }

  /** When it resolves, a restart finds the result. */
  async put(name: string, result: T): Promise<void> {
    await makeFolder(this.#dir);
    await writeFileAtomic(this.#file(name), `${JSON.stringify(result)}\n`);
  }

  #file(name: string): string {
    return path.join(this.#dir, `${name}.json`);
  }
}
