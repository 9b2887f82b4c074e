var Stream = require('stream');

function Out() { Stream.Writable.call(this); }
Object.setPrototypeOf(Out.prototype, Stream.Writable.prototype);
module.exports = Out;

exports.In = function In() {};
Object.setPrototypeOf(exports.In.prototype, Stream.Readable.prototype);
