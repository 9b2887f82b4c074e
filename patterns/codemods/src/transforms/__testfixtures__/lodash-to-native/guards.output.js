const _ = require('lodash');
exports.a = function (list, name, again) {
  if (Array.isArray(list)) list.find(function (x) { return x; });
  if (!Array.isArray(list)) return _.first(list);
  again = typeof name === 'string' && name.toUpperCase();
  list.includes(name);
  _.map(list, (x) => x);
  return typeof again === 'string' ? _.toUpper(again) : Array.isArray(list) ? list.at(-1) : 0;
};
