import path from 'node:path';
import type { z } from 'zod';
import { ResultStore } from './result-store.js';

export interface FoundOnce<T> {
  /** Of the folders that hold it. */
  readonly name: string;
  readonly schema: z.ZodType<T>;
  /** Whether what the cache has counts; true by default. */
  readonly useCache?: boolean | undefined;
  readonly find: () => Promise<T>;
}

/** What is found once in an evaluation, also where that was cut off and goes on, and, with the cache, once in all of them. */
export async function onceFor<T>(
  key: string,
  [evaluationDir, cacheDir]: readonly [evaluationDir: string, cacheDir: string],
  { name, schema, useCache = true, find }: FoundOnce<T>,
): Promise<T> {
  const own = new ResultStore(path.join(evaluationDir, name), schema);
  const cache = new ResultStore(path.join(cacheDir, name), schema);
  const before = await own.get(key);
  if (before !== undefined) return before;
  const earlier = useCache ? await cache.get(key) : undefined;
  const found = earlier ?? (await find());
  if (earlier === undefined) await cache.put(key, found);
  await own.put(key, found);
  return found;
}
