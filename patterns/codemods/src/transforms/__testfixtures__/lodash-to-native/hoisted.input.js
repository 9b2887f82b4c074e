const _ = require('lodash');
exports.a = function () {
  log(_.first(late));
  var late = [1];
  if (late) var maybe = [2];
  return _.first(maybe);
};
