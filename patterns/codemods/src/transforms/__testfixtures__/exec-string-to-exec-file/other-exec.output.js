// child_process
const match = /a/.exec('git log');
const { exec } = require('./exec');
exec('git log');
((cp) => cp.exec('git log'))(other);
