const { exec } = require('child_process');
module.exports = (branch, flags) => {
  exec(`git checkout ${branch}`);
  exec('git checkout "' + branch + '"');
  exec('git log ' + (flags ? flags : '-n'));
  exec('git log ' + (flags ? '' : '-n'));
  exec(branch);
  exec();
  exec(...flags);
  let n = 1;
  const command = `git log -n ${n}`;
  n = 2;
  exec(command);
};
