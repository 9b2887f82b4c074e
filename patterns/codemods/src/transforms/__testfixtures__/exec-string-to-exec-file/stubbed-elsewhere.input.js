const cp = require('child_process');
cp.exec('git status');
cp.execSync('git status');
