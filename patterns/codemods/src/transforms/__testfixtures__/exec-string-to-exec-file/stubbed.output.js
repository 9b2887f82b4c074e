const sinon = require('sinon');
const cp = require('child_process');
sinon.stub(cp, 'exec');
cp.exec('git status');
cp.execFileSync('git', ['status']);
