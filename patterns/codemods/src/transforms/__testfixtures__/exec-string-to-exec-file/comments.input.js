const cp = require('child_process');
// exec('git log')
cp.exec(/* why */ 'git log' /* here */, /* then */ () => {});
cp.exec('git ' + /* what */ 'log');
