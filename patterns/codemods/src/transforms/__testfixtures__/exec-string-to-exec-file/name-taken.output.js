const { exec } = require('child_process');
const execFile = () => {};
exec('git status');
