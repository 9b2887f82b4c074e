'use strict';
const _ = require('lodash');

module.exports = function (a, b) {
  if (_.isUndefined(a) || !_.isNull(b.c)) return _.isArray(a); // kept
  const flag = _.isNil(a ? b : 1) + '';
  return !_.isUndefined(a) && typeof _.isNull(b) === flag;
};
