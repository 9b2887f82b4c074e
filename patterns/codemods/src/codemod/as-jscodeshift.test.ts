import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import transform from '../transforms/node-protocol-mock-aware.js';

let folder: string;
afterEach(() => rm(folder, { recursive: true }));

test('a project is surveyed for what one file cannot tell', async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'codemods-'));
  await mkdir(path.join(folder, 'node_modules/a'), { recursive: true });
  await writeFile(path.join(folder, 'node_modules/a/index.js'), "jest.mock('net');");
  await writeFile(path.join(folder, 'a.test.js'), "jest.mock('fs');");
  const reports: string[] = [];
  const api = { report: (message: string) => void reports.push(message), stats: () => undefined };
  const file = { path: 'a.js', source: "require('fs');\nrequire('net');\n" };
  const text = transform(file, api, { project: folder, dry: true, verbose: 2 });
  expect(text).toBe("require('fs');\nrequire('node:net');\n");
  expect(reports).toEqual(["1:9 declined (mocked-elsewhere): Another file replaces 'fs' by that name."]);
});
