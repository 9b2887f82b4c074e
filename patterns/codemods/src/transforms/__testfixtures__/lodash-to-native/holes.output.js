const _ = require('lodash');
exports.a = function () {
  const list = [1, 2];
  list.length = 9;
  return _.map(list, (x) => x);
};
exports.b = function (fill) {
  const list = [1, 2];
  fill(list);
  _.map(list, (x) => x);
  const other = [];
  other.push(1);
  other.map((x) => x);
  return other;
};
