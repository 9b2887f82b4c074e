var util = require('util');
var Stream = require('stream');

function Out() { Stream.Writable.call(this); }
util.inherits(Out, Stream.Writable);
module.exports = Out;

exports.In = function In() {};
util.inherits(exports.In, Stream.Readable);
