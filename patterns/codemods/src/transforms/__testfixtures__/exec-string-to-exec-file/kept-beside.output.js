const { exec, execFile, spawn } = require('node:child_process');
execFile('git', ['status']);
exec('git status | head');
exec('git log ' + process.argv[2]);
