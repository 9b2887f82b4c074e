import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { CodexLaunch } from '../binary/launch.js';

/** Where programs keep credentials below a home folder. */
const places = [
  '.aws',
  '.azure',
  '.cargo/credentials',
  '.cargo/credentials.toml',
  '.claude',
  '.codex',
  '.config/gcloud',
  '.config/gh',
  '.config/git/credentials',
  '.config/op',
  '.docker',
  '.git-credentials',
  '.gnupg',
  '.kube',
  '.local/share/keyrings',
  '.m2/settings.xml',
  '.netrc',
  '.npmrc',
  '.password-store',
  '.pypirc',
  '.ssh',
  '.vault-token',
];

/** The real paths of the credentials that exist, those of Codex among them. */
export async function credentialPaths({
  launch,
  hidden,
}: {
  readonly launch: CodexLaunch;
  readonly hidden: readonly string[];
}): Promise<string[]> {
  const home = launch.env['HOME'];
  const candidates = [
    ...(home === undefined ? [] : places.map((place) => path.join(home, place))),
    // The rest of Codex's home is needed to set the sandbox up.
    path.join(launch.home.dir, 'auth.json'),
    path.join(launch.home.dir, 'sessions'),
    ...hidden,
  ];
  const found = await Promise.all(candidates.map((file) => realpath(file).catch(() => undefined)));
  return [...new Set(found.filter((file) => file !== undefined))];
}
