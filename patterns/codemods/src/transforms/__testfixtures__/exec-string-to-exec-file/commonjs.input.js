'use strict';
const { exec } = require('child_process');

// Words alone need no shell.
exec('git log --oneline', (error, stdout) => console.log(stdout));
exec("git commit -m \"two words\" --author=me", { cwd: __dirname }, done);
exec('node -v');

function done(error) {}
