const cp = require('child_process');
// exec('git log')
cp.execFile(/* why */ 'git', ['log'] /* here */, /* then */ () => {});
cp.exec('git ' + /* what */ 'log');
