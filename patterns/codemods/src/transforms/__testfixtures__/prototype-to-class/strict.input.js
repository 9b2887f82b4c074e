'use strict';
const limits = require('./limits');

/**
 * Counts.
 * @constructor
 */
function Counter(start) {
  this.count = start; // first

  this.text = `a
  b`;
}

/** One more. */
Counter.prototype.add = function (n) {
  var self = this;
  self.count += n;
  return function () { return self; };
};

// Kept.
Counter.prototype.read = async function read() {
  return this.count;
};

Counter.prototype['in order'] = function* () {
    yield this.count;
};
Counter.prototype.limit = limits.top;
Counter.of = function (n) { return new Counter(n); };

exports.count = function (n) { return Counter.of(n).add(1); };
