import { cp, chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodexMissingError, locateCodex, probeCodex } from '../src/index.js';
import { codexScripts, codexVersions } from './codex-binaries.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'probe-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program that leaves a mark when it runs and answers as told. */
async function fakeCodex(dir: string, script: string): Promise<string> {
  const file = path.join(dir, 'codex');
  await mkdir(dir, { recursive: true });
  await writeFile(file, `#!/bin/sh\necho ran >> ${path.join(folder, 'ran')}\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

describe('probing an installed Codex', () => {
  it('sees that newer versions have no mcp-server, though the word does not make them fail', async () => {
    const probe = await probeCodex({ env: process.env });
    expect(probe).toMatchObject({
      version: codexVersions.current,
      source: 'the npm package @openai/codex',
      drivers: { appServer: true, mcpServer: false, exec: true, cloud: true },
    });
    expect(path.basename(probe.binary)).toBe('codex');
    expect(path.isAbsolute(probe.binary)).toBe(true);
  });

  it('takes a Codex that has nothing but the cloud for too old', async () => {
    const help = "printf 'Commands:\\n  cloud  Work there\\n'";
    const script = `case "$1" in --version) echo 'codex-cli 0.30.0' ;; --help) ${help} ;; *) exit 1 ;; esac`;
    const codex = await fakeCodex(folder, script);
    await expect(probeCodex({ env: process.env, path: codex })).rejects.toMatchObject({ code: 'codex-too-old' });
  });

  /** npm's package with the platform's package nested under it, as it is where another version is hoisted. */
  const nestedInstall = async (platformPackage: (folder: string) => Promise<void>): Promise<string> => {
    const outer = path.join(folder, 'node_modules/codex');
    const nested = path.join(outer, `node_modules/@openai/codex-${process.platform}-${process.arch}`);
    await mkdir(path.dirname(nested), { recursive: true });
    for (const name of ['package.json', 'bin']) {
      await cp(path.join(path.dirname(codexScripts.current), '..', name), path.join(outer, name), { recursive: true });
    }
    await platformPackage(nested);
    return path.join(outer, 'bin/codex.js');
  };

  it('follows npm’s Node script to the platform binary nested under it', async () => {
    const old = path.join(path.dirname(codexScripts.withMcpServer), '../../..');
    const script = await nestedInstall((nested) => symlink(old, nested));
    const probe = await probeCodex({ path: script, env: process.env });
    expect(probe).toMatchObject({
      version: codexVersions.withMcpServer,
      drivers: { appServer: true, mcpServer: true, exec: true, cloud: true },
    });
  });

  it('follows a link on PATH to npm’s script when there is no npm package of its own', async () => {
    const script = await nestedInstall(async (nested) => {
      const triple = path.basename(path.join(path.dirname(codexScripts.withMcpServer), '..'));
      await mkdir(nested);
      await writeFile(path.join(nested, 'package.json'), '{}');
      await fakeCodex(path.join(nested, 'vendor', triple, 'bin'), 'echo codex-cli 9.9.9');
    });
    const bin = path.join(folder, 'bin');
    await mkdir(bin);
    await symlink(script, path.join(bin, 'codex'));
    // Nothing below the repository of this test may be run, so the npm package is passed over.
    const found = locateCodex({ env: { PATH: bin }, untrustedRoot: path.join(codexScripts.current, '../../..') });
    expect(found.source).toBe(`PATH (${path.join(bin, 'codex')})`);
    expect(found.binary).toContain(path.join('codex', 'node_modules', '@openai'));
  });

  it('never runs a Codex that the repository brings along', async () => {
    const repository = path.join(folder, 'repository');
    const planted = await fakeCodex(path.join(repository, 'node_modules/.bin'), 'echo codex-cli 9.9.9');
    const link = path.join(folder, 'linked');
    await mkdir(link);
    await symlink(planted, path.join(link, 'codex'));
    const untrustedRoots = { PATH: [path.dirname(planted), link, 'relative/bin'].join(path.delimiter) };
    const all = path.parse(codexScripts.current).root;
    await expect(probeCodex({ path: planted, env: {}, untrustedRoot: repository })).rejects.toMatchObject({
      code: 'codex-unusable',
      hint: expect.stringContaining('--repo') as string,
    });
    await expect(probeCodex({ env: untrustedRoots, untrustedRoot: all })).rejects.toMatchObject({
      code: 'codex-missing',
      refused: expect.arrayContaining([planted, path.join(link, 'codex')]) as string[],
      hint: expect.stringMatching(/--repo.*npm install --global @openai\/codex/) as string,
    });
    // As npx has it, whose PATH has the same folder twice.
    const twice = { PATH: [path.dirname(planted), path.dirname(planted)].join(path.delimiter) };
    const { refused, message } = await probeCodex({ env: twice, untrustedRoot: all }).then(
      () => new CodexMissingError([], []),
      (error: unknown) => error as CodexMissingError,
    );
    expect(refused.filter((file) => file === planted)).toHaveLength(1);
    expect(message.split(planted)).toHaveLength(2);
    const { binary } = locateCodex({ env: untrustedRoots, untrustedRoot: repository });
    expect(binary).not.toBe(planted);
    await expect(chmod(path.join(folder, 'ran'), 0o600)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says that a Codex without any entry point that can be driven is too old', async () => {
    const old = await fakeCodex(
      folder,
      '[ "$1" = --version ] && echo codex-cli 0.9.0 || echo "Usage: codex [OPTIONS] [PROMPT]"',
    );
    await expect(probeCodex({ path: old, env: process.env })).rejects.toMatchObject({ code: 'codex-too-old' });
  });

  it.each([
    ['is no Codex', 'echo hello'],
    ['fails', 'echo codex-cli 0.169.0; exit 3'],
  ])('says that a program which %s cannot be used', async (_, script) => {
    const other = await fakeCodex(folder, script);
    await expect(probeCodex({ path: other, env: process.env })).rejects.toMatchObject({ code: 'codex-unusable' });
  });

  it.each([
    ['does not exist', (): Promise<unknown> => Promise.resolve()],
    ['is not executable', (file: string): Promise<unknown> => writeFile(file, '')],
    ['is a folder', (file: string): Promise<unknown> => mkdir(file)],
  ])('says that a path which %s cannot be used', async (_, make) => {
    const file = path.join(folder, 'codex');
    await make(file);
    await expect(probeCodex({ path: file, env: process.env })).rejects.toMatchObject({ code: 'codex-unusable' });
  });
});
