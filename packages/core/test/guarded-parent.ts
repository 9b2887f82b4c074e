import { ManagedProcess } from '../src/process/managed-process.js';

// A process of its own for tests: runs its arguments with bash until it is killed. It lets go of those that begin with a comment.
for (const script of process.argv.slice(2)) {
  const started = await ManagedProcess.start('bash', ['-c', script], {
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['pipe', 'ignore', 'ignore'],
    isGuarded: !script.startsWith('# unguarded'),
  });
  if (script.startsWith('# released')) started.release();
}
setInterval(() => undefined, 60_000);
