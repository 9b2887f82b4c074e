'use strict';
function Box(value) { this.value = value; }
Box.prototype.get = function () { return this.value; };
module.exports = Box;
module.exports.Box = Box;
