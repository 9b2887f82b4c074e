import { realpath } from 'node:fs/promises';
import path from 'node:path';

/** Where programs keep credentials below a home folder. */
const places = [
  '.aws',
  '.azure',
  '.boto',
  '.cargo/credentials',
  '.cargo/credentials.toml',
  '.claude',
  '.codex',
  '.composer/auth.json',
  '.config/1Password',
  '.config/composer/auth.json',
  '.config/containers/auth.json',
  '.config/doctl',
  '.config/gcloud',
  '.config/gh',
  '.config/git/credentials',
  '.config/glab-cli',
  '.config/hub',
  '.config/op',
  '.config/rclone',
  '.config/sops/age',
  '.databrickscfg',
  '.docker',
  '.gem/credentials',
  '.gemini',
  '.git-credentials',
  '.gnupg',
  '.kube',
  '.local/share/keyrings',
  '.m2/settings.xml',
  '.mylogin.cnf',
  '.netrc',
  '.npmrc',
  '.oci',
  '.password-store',
  '.pgpass',
  '.pypirc',
  '.s3cfg',
  '.ssh',
  '.terraform.d/credentials.tfrc.json',
  '.vault-token',
];

export interface CredentialPathsOptions {
  /** The user's home folder. */
  readonly userHome: string | undefined;
  /** The private CODEX_HOME. */
  readonly codexHome: string;
  /** More absolute paths. */
  readonly hidden: readonly string[];
  /** Folders that must stay readable: no path that contains one of them is among the result. */
  readonly needed: readonly string[];
}

/** The real paths of the credentials that exist, those of Codex among them. */
export async function credentialPaths({
  userHome,
  codexHome,
  hidden,
  needed,
}: CredentialPathsOptions): Promise<string[]> {
  const candidates = [
    ...(userHome === undefined ? [] : places.map((place) => path.join(userHome, place))),
    // The rest of Codex's home is needed to set the sandbox up.
    path.join(codexHome, 'auth.json'),
    path.join(codexHome, 'sessions'),
    ...hidden,
  ];
  const real = async (file: string): Promise<string | undefined> => realpath(file).catch(() => undefined);
  const found = (await Promise.all(candidates.map(real))).filter((file) => file !== undefined);
  const spared = (await Promise.all([...needed, codexHome].map(real))).filter((file) => file !== undefined);
  return [...new Set(found)].filter((file) => !spared.some((folder) => contains(file, folder)));
}

/** Whether a path is a folder itself or lies below it; both absolute. */
export function contains(folder: string, file: string): boolean {
  const inside = path.relative(folder, file);
  return inside === '' || (inside !== '..' && !inside.startsWith(`..${path.sep}`) && !path.isAbsolute(inside));
}
