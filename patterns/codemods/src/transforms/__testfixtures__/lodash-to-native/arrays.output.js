var _ = require('lodash');

function run(text, rows) {
  var words = String(text).split(' ');
  words.forEach(function (word) { console.log(word); });
  _.each(words, function (word) { return word !== 'stop'; });
  var all = _.each(words, function () {});
  var long = words.filter((word) => word.length > 3).map((word, i) => word + i);
  [1, 2].reduce((sum, n) => sum + n, 0);
  _.reduce(words, (sum, n) => sum + n);
  _.map(rows, (row) => row.id);
  _.map(words, 'length');
  [1, , 2].find((n) => n > 1);
  _.some([1, , 2], (n) => n === undefined);
  return [long[0], long.at(-1), words.length, words.filter(Boolean), words.includes(text), words.indexOf('a'), all];
}
run();
