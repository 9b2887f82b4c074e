// new Buffer('in a comment')
const a = new /* why */ Buffer('a');
const b = Buffer.from(/* text */ 'b' /* end */); // trailing
const c = "new Buffer('in a string')";
const d = new (require('buffer').Buffer)('d');
const e = require('buffer').Buffer.from('e');
const f = new new Buffer('f').constructor('g');
const g = Buffer?.('g');
