// new Buffer('in a comment')
const a = new /* why */ Buffer('a');
const b = new Buffer(/* text */ 'b' /* end */); // trailing
const c = "new Buffer('in a string')";
const d = new (require('buffer').Buffer)('d');
const e = require('buffer').Buffer('e');
const f = new new Buffer('f').constructor('g');
const g = Buffer?.('g');
