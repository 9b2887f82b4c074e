'use strict';
class Box {
  constructor(value) { this.value = value; }
  get() { return this.value; }
}
module.exports = Box;
module.exports.Box = Box;
