const Buffer = require('safer-buffer').Buffer;
const native = require('buffer');

exports.a = new Buffer('a');
exports.b = (function (Buffer) {
  return new Buffer('b');
})(native.Buffer);
