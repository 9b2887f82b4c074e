// The tests ask git about the repository that they lie in, which a published package is not; assets may bring one of their own.
const { execFileSync } = require('node:child_process');

const who = ['-c', 'user.name=Someone', '-c', 'user.email=someone@example.invalid'];
const git = (...args) => execFileSync('git', args, { cwd: __dirname, encoding: 'utf8', stdio: 'pipe' });

git('init', '--quiet', '--initial-branch', 'master');
git(...who, 'commit', '--quiet', '--allow-empty', '--no-verify', '--message', 'The tests');
if (git('remote') === '') git('remote', 'add', 'origin', 'https://example.invalid/coveralls.git');
