import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { runChecked } from '@codex-orch/core';

/** What a registry says about one version: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
interface Published {
  readonly manifest: Readonly<Record<string, unknown>> & { readonly name: string; readonly version: string };
  readonly tarball: Buffer;
}

/** A registry on this machine, as the real npm asks it. */
export interface Registry {
  /** npm's environment for it. */
  readonly env: Readonly<Record<string, string>>;
  /** Has the version that these files are as the newest. */
  publish(files: Readonly<Record<string, string>>): Promise<void>;
  /** The newest version of this package is there no more. */
  withdraw(name: string): void;
  stop(): Promise<void>;
}

export async function startRegistry(folder: string): Promise<Registry> {
  const packages = new Map<string, Published[]>();
  const server = createServer((request, response) => {
    const [name = '', , version] = decodeURIComponent((request.url ?? '').split('?')[0] ?? '')
      .slice(1)
      .split('/');
    const all = packages.get(name) ?? [];
    if (version !== undefined) {
      response.end(all.find(({ manifest }) => `${manifest.version}.tgz` === version)?.tarball);
      return;
    }
    response.writeHead(all.length > 0 ? 200 : 404, { 'content-type': 'application/json' });
    const { port } = server.address() as AddressInfo;
    response.end(JSON.stringify(packument(name, all, `http://127.0.0.1:${port}`)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_cache: path.join(folder, 'npm-cache'),
    npm_config_prefer_online: 'true',
    npm_config_update_notifier: 'false',
  };
  return {
    env,
    publish: async (files) => {
      const origin = await mkdtemp(path.join(folder, 'published-'));
      for (const [file, text] of Object.entries(files)) {
        await mkdir(path.dirname(path.join(origin, 'package', file)), { recursive: true });
        await writeFile(path.join(origin, 'package', file), text);
      }
      const manifest = JSON.parse(files['package.json'] ?? '') as Published['manifest'];
      const tarball = await runChecked('tar', ['-czf', '-', 'package'], { cwd: origin, env });
      packages.set(manifest.name, [...(packages.get(manifest.name) ?? []), { manifest, tarball }]);
      await rm(origin, { recursive: true });
    },
    withdraw: (name) => packages.set(name, (packages.get(name) ?? []).slice(0, -1)),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const packument = (name: string, all: readonly Published[], at: string) => ({
  name,
  'dist-tags': { latest: all.at(-1)?.manifest.version },
  versions: Object.fromEntries(
    all.map(({ manifest, tarball }) => [
      manifest.version,
      {
        ...manifest,
        dist: {
          tarball: `${at}/${name}/-/${manifest.version}.tgz`,
          integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
        },
      },
    ]),
  ),
});
