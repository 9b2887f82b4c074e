'use strict';
const { execFile } = require('child_process');

// Words alone need no shell.
execFile('git', ['log', '--oneline'], (error, stdout) => console.log(stdout));
execFile('git', ['commit', '-m', 'two words', '--author=me'], { cwd: __dirname }, done);
execFile('node', ['-v']);

function done(error) {}
