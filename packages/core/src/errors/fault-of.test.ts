import { expect, it } from 'vitest';
import { DiskFullError } from '../fs/errors.js';
import { faultOf } from './fault-of.js';

/** What both fail with, as `await using` reports it. */
async function thrownBy(work: Error, closing: Error): Promise<unknown> {
  const use = async (): Promise<never> => {
    await using resource = { [Symbol.asyncDispose]: () => Promise.reject(closing) };
    expect(resource).toBeDefined();
    throw work;
  };
  return use().catch((error: unknown) => error);
}

const full = new DiskFullError('/some/file', undefined);
const other = new Error('other');

it('is the error of the work, not of the closing after it', async () => {
  expect(faultOf(await thrownBy(other, new Error('closing')))).toBe(other);
  expect(faultOf(await thrownBy(full, other))).toBe(full);
});

it('is the full disk when the closing met it', async () => {
  expect(faultOf(await thrownBy(other, full))).toBe(full);
});

it('is found below another closing', async () => {
  expect(faultOf(await thrownBy((await thrownBy(full, other)) as Error, other))).toBe(full);
});

it('is any other error itself', () => {
  expect(faultOf(other)).toBe(other);
});
