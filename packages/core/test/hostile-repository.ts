import { appendFileSync, chmodSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeRepository } from './git-fixture.js';

/** Everything in a repository that can name a program for git to run. */
const hooks = [
  'pre-commit',
  'post-checkout',
  'post-index-change',
  'post-commit',
  'pre-applypatch',
  'applypatch-msg',
  'reference-transaction',
  'fsmonitor-watchman',
];

export interface HostileRepository {
  readonly root: string;
  readonly commit: string;
  /** Programs of the repository that were run. */
  readonly ran: () => string[];
}

/** A repository whose config, hooks, filters and attributes leave a file behind when anything of theirs is run. */
export function makeHostileRepository(folder: string): HostileRepository {
  const root = path.join(folder, 'hostile');
  const trap = (name: string) => path.join(folder, `ran-${name}`);
  const program = (name: string) => {
    const file = path.join(folder, `evil-${name}`);
    writeFileSync(file, `#!/bin/sh\ntouch '${trap(name)}'\ncat\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const commit = makeRepository(root, {
    'file.txt': 'one\ntwo\nthree\n',
    'other.txt': 'x\n',
    '.gitattributes': '* filter=evil diff=evil merge=evil ident\n',
    '.gitmodules': '[submodule "m"]\n\tpath = m\n\turl = ext::sh -c evil\n\tupdate = !evil\n',
  });
  for (const hook of hooks) {
    const file = path.join(root, '.git/hooks', hook);
    writeFileSync(file, `#!/bin/sh\ntouch '${trap(hook)}'\n`);
    chmodSync(file, 0o755);
  }
  appendFileSync(
    path.join(root, '.git/config'),
    `
[core]
	fsmonitor = ${program('fsmonitor')}
	sshCommand = ${program('ssh')}
	pager = ${program('pager')}
	editor = ${program('editor')}
	askPass = ${program('askpass')}
	alternateRefsCommand = ${program('alternates')}
	hooksPath = ${path.join(root, '.git/hooks')}
[filter "evil"]
	clean = ${program('clean')}
	smudge = ${program('smudge')}
[diff]
	external = ${program('diff')}
[diff "evil"]
	textconv = ${program('textconv')}
	command = ${program('diff-driver')}
[merge "evil"]
	driver = ${program('merge')}
[commit]
	gpgSign = true
[gpg]
	program = ${program('gpg')}
[credential]
	helper = ${program('credential')}
[remote "origin"]
	url = ext::${program('ext')}
	promisor = true
	uploadpack = ${program('uploadpack')}
[protocol "ext"]
	allow = always
[alias]
	status = !${program('alias-status')}
	rev-parse = !${program('alias-rev-parse')}
	diff-tree = !${program('alias-diff-tree')}
`,
  );
  const names = [
    ...hooks,
    'fsmonitor',
    'ssh',
    'pager',
    'editor',
    'askpass',
    'alternates',
    'clean',
    'smudge',
    'diff',
    'textconv',
    'diff-driver',
    'merge',
    'gpg',
    'credential',
    'ext',
    'uploadpack',
    'alias-status',
    'alias-rev-parse',
    'alias-diff-tree',
  ];
  return { root, commit, ran: () => names.filter((name) => existsSync(trap(name))) };
}
