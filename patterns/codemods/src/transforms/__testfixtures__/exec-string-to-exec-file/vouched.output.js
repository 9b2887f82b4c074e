const { exec, execFile } = require('child_process');
module.exports = (branch, name) => {
  execFile('git', ['checkout', `${branch}`]);
  execFile('git', ['commit', '-m', `${branch}`, `--author=me <${name.trim()}>`]);
  execFile('npm', ['run', name.trim()]);
  exec(name);
};
