const { exec, execFileSync } = require('child_process');
module.exports = (options, callback) => {
  exec('git status', options);
  exec('git status', callback);
  exec('git status', { shell: '/bin/bash' });
  exec('git status', { ...options });
  exec('git status', { [options]: 1 });
  exec('git status', {}, () => {}, 3);
  execFileSync('git', ['status'], { stdio: 'inherit' });
};
