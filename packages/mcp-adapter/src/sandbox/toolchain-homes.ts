import { stat } from 'node:fs/promises';
import path from 'node:path';

/** Where toolchains live below a home folder unless their variable says otherwise. */
const defaults: Readonly<Record<string, string>> = {
  ASDF_DATA_DIR: '.asdf',
  BUN_INSTALL: '.bun',
  CARGO_HOME: '.cargo',
  COREPACK_HOME: '.cache/node/corepack',
  GOMODCACHE: 'go/pkg/mod',
  MISE_DATA_DIR: '.local/share/mise',
  NUGET_PACKAGES: '.nuget/packages',
  NVM_DIR: '.nvm',
  PLAYWRIGHT_BROWSERS_PATH: '.cache/ms-playwright',
  PYENV_ROOT: '.pyenv',
  PYTHONUSERBASE: '.local',
  RBENV_ROOT: '.rbenv',
  RUSTUP_HOME: '.rustup',
  SDKMAN_DIR: '.sdkman',
  VOLTA_HOME: '.volta',
};

/** The variables with which toolchains are still found where HOME is another folder than the user's own. */
export async function toolchainHomes(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, string>>> {
  const home = env['HOME'];
  const found: Record<string, string> = {};
  for (const [name, folder] of Object.entries(defaults)) {
    const place = env[name] ?? (home === undefined ? undefined : path.join(home, folder));
    if (place === undefined || !path.isAbsolute(place)) continue;
    const isThere = await stat(place).then(
      (entry) => entry.isDirectory(),
      () => false,
    );
    if (isThere) found[name] = place;
  }
  return found;
}
