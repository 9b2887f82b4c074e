'use strict';
const limits = require('./limits');

/**
 * Counts.
 * @constructor
 */
class Counter {
  constructor(start) {
    this.count = start; // first

    this.text = `a
  b`;
  }

  /** One more. */
  add(n) {
    var self = this;
    self.count += n;
    return function () { return self; };
  }

  // Kept.
  async read() {
    return this.count;
  }

  *"in order"() {
      yield this.count;
  }
}
Counter.prototype.limit = limits.top;
Counter.of = function (n) { return new Counter(n); };

exports.count = function (n) { return Counter.of(n).add(1); };
