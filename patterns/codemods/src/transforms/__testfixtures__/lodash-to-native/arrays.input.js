var _ = require('lodash');

function run(text, rows) {
  var words = String(text).split(' ');
  _.each(words, function (word) { console.log(word); });
  _.each(words, function (word) { return word !== 'stop'; });
  var all = _.each(words, function () {});
  var long = _.map(_.filter(words, (word) => word.length > 3), (word, i) => word + i);
  _.reduce([1, 2], (sum, n) => sum + n, 0);
  _.reduce(words, (sum, n) => sum + n);
  _.map(rows, (row) => row.id);
  _.map(words, 'length');
  _.find([1, , 2], (n) => n > 1);
  _.some([1, , 2], (n) => n === undefined);
  return [_.first(long), _.last(long), _.size(words), _.compact(words), _.includes(words, text), _.indexOf(words, 'a'), all];
}
run();
