var _ = require('lodash');
exports.a = _.map(/* all */ ['a'], function (x) { return x; });
exports.b = _.isNull(exports /* none */);
exports.c = _.isArray(/* kept */ exports);
