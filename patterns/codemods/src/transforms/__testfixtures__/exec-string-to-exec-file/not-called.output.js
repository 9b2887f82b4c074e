const { promisify } = require('util');
const { exec, execFile } = require('child_process');
const run = promisify(exec);
const again = exec;
again('git status');
execFile('git', ['status']);
module.exports = { exec };
