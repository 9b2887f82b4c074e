// Not lodash: underscore has other rules.
const _ = require('underscore');
const lodash = { isArray() {} };
exports.a = _.isArray(lodash.isArray(1));
