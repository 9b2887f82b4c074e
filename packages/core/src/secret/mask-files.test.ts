import { link, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { maskSecretsInFiles } from './mask-files.js';
import { Redactor } from './redactor.js';
import { Secret } from './secret.js';

const value = 'hunter2 "quoted" hunter2';

async function folderWith(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mask-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

const redactorOf = (...values: readonly string[]): Redactor => {
  const redactor = new Redactor();
  for (const secret of values) redactor.add(new Secret('KEY', secret));
  return redactor;
};

it('overwrites secrets in place, so that JSON and bytes around them stay as they are', async () => {
  const json = `${JSON.stringify({ text: `it is ${value}.` })}\n`;
  const bytes = Buffer.concat([Buffer.from([0, 255, 128]), Buffer.from(value), Buffer.from([254])]);
  const folder = await folderWith({ 'a/b/rollout.jsonl': json, bytes, 'long.txt': 'x'.repeat(65_530) + value });
  expect(await maskSecretsInFiles(folder, redactorOf(value))).toEqual(['KEY']);
  const masked = await readFile(path.join(folder, 'a/b/rollout.jsonl'), 'utf8');
  expect(JSON.parse(masked)).toEqual({ text: `it is ${'*'.repeat(JSON.stringify(value).length - 2)}.` });
  expect(await readFile(path.join(folder, 'bytes'))).toEqual(
    Buffer.concat([Buffer.from([0, 255, 128]), Buffer.alloc(value.length, '*'), Buffer.from([254])]),
  );
  expect(await readFile(path.join(folder, 'long.txt'), 'utf8')).toBe('x'.repeat(65_530) + '*'.repeat(value.length));
});

it('removes databases only where a secret was found', async () => {
  const files = { 'state_5.sqlite': 'pages', 'state_5.sqlite-wal': 'frames', 'log.txt': value };
  const folder = await folderWith(files);
  await maskSecretsInFiles(folder, redactorOf('something else'));
  expect((await readdir(folder)).sort()).toEqual(['log.txt', 'state_5.sqlite', 'state_5.sqlite-wal']);
  await maskSecretsInFiles(folder, redactorOf(value));
  expect(await readdir(folder)).toEqual(['log.txt']);
});

it("does not touch what a link leads to: the user's own login", async () => {
  const outside = await folderWith({ 'auth.json': value, other: value });
  const folder = await folderWith({});
  await symlink(path.join(outside, 'auth.json'), path.join(folder, 'auth.json'));
  await link(path.join(outside, 'other'), path.join(folder, 'other'));
  expect(await maskSecretsInFiles(folder, redactorOf(value))).toEqual([]);
  expect(await readFile(path.join(outside, 'auth.json'), 'utf8')).toBe(value);
  expect(await readFile(path.join(outside, 'other'), 'utf8')).toBe(value);
});

it('takes a folder that is not there for an empty one, and does not take one for empty that it cannot look into', async () => {
  const folder = await folderWith({ file: value });
  expect(await maskSecretsInFiles(path.join(folder, 'gone'), redactorOf(value))).toEqual([]);
  await expect(maskSecretsInFiles(path.join(folder, 'file'), redactorOf(value))).rejects.toThrow('ENOTDIR');
});
