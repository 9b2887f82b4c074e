import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { trustedPath } from '@codex-orch/core';
import { temporaryFolder } from './temporary-folder.js';

const environment = {
  // Without the workspace's own programs, of which one is named codex-orch.
  PATH: trustedPath(process.env['PATH'] ?? ''),
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A U Thor',
  GIT_AUTHOR_EMAIL: 'author@example.com',
  GIT_COMMITTER_NAME: 'A U Thor',
  GIT_COMMITTER_EMAIL: 'author@example.com',
  GIT_AUTHOR_DATE: '@1700000000 +0000',
  GIT_COMMITTER_DATE: '@1700000000 +0000',
};

/** Runs plain git, as a user would. */
export function userGit(cwd: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd, env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export type Files = Readonly<Record<string, string | Uint8Array>>;

export function writeFiles(root: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  }
}

/** Adds and commits everything; returns the commit's id. */
export function commitAll(root: string, message = 'work'): string {
  userGit(root, 'add', '-A', '-f');
  userGit(root, 'commit', '-q', '--allow-empty', '-m', message);
  return userGit(root, 'rev-parse', 'HEAD').trim();
}

/** Makes a repository with one commit on `main`; returns its root. */
export async function repositoryWith(files: Files, ...initArgs: readonly string[]): Promise<string> {
  const root = path.join(await temporaryFolder(), 'repository');
  mkdirSync(root);
  userGit(root, 'init', '-q', '-b', 'main', ...initArgs);
  writeFiles(root, files);
  commitAll(root, 'first');
  return root;
}

/** A spec with the fields that every spec has. */
export const specText = (id: string, covers = 'src/**', more = ''): string =>
  `---\nid: '${id}'\ntitle: Spec ${id}\nstatus: approved\nowners: [team]\nrelates_to: []\ncovers: ['${covers}']\nlast_review: 2026-11-20\nrisk: low\n---\n\n# ${id}\n\nWhat it does.\n${more}`;
