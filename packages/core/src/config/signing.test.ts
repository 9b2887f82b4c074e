import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { CONFIG_FILE, loadConfig, parseConfig } from './load-config.js';

it("takes signing from the user's file alone", async () => {
  const repositoryRoot = await temporaryFolder();
  const own = path.join(repositoryRoot, 'own.json');
  const signing = { key: '~/.ssh/id_ed25519.pub', allowedSigners: '/home/ada/allowed_signers', require: true };
  await writeFile(own, JSON.stringify({ signing }));
  const load = () => loadConfig({ repositoryRoot, env: { CODEX_ORCH_CONFIG: own } });
  expect((await load()).signing).toEqual(signing);
  await writeFile(path.join(repositoryRoot, CONFIG_FILE), JSON.stringify({ signing: { require: false } }));
  await expect(load()).rejects.toMatchObject({ code: 'config-not-allowed' });
});

it('refuses to require signatures that nobody is listed for, and paths that depend on the working folder', () => {
  const parse = (signing: object) => () => parseConfig(JSON.stringify({ signing }), 'config.json');
  expect(parse({ require: true })).toThrow('needs signing.allowedSigners');
  expect(parse({ key: 'id_ed25519' })).toThrow('an absolute path');
});
