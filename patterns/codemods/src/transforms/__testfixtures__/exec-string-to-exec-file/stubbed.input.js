const sinon = require('sinon');
const cp = require('child_process');
sinon.stub(cp, 'exec');
cp.exec('git status');
cp.execSync('git status');
