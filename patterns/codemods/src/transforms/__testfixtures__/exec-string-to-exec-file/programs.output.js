const { exec, execFile } = require('child_process');
exec('npm install');
exec('npx tsc -p .');
exec('cd /tmp');
exec('echo hello');
exec('A=1 node -v');
exec('./run.sh');
execFile('git', ['log']);
