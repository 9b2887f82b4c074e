const { exec, spawn } = require('node:child_process');
exec('git status');
exec('git status | head');
exec('git log ' + process.argv[2]);
