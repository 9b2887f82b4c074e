const _ = require('lodash');
exports.a = function (list, name, again) {
  if (_.isArray(list)) _.find(list, function (x) { return x; });
  if (!Array.isArray(list)) return _.first(list);
  again = typeof name === 'string' && _.toUpper(name);
  _.contains(list, name);
  _.map(list, (x) => x);
  return typeof again === 'string' ? _.toUpper(again) : _.isArray(list) ? _.last(list) : 0;
};
