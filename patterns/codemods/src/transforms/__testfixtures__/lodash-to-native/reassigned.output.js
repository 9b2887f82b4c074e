let _ = require('lodash');
_ = require('./lodash');
exports.a = _.isArray([]);
exports.b = ((Array) => { const l = require('lodash'); return l.isArray(Array); })();
