const { promisify } = require('util');
const { exec } = require('child_process');
const run = promisify(exec);
const again = exec;
again('git status');
exec('git status');
module.exports = { exec };
