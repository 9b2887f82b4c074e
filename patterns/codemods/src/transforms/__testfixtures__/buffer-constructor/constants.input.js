const SIZE = 16;
var header = '\r\n';
let total = 0;
for (let i = 0; i < 3; i++) total += i;

module.exports = function (list) {
  const doubled = SIZE * 2;
  const ends = [header.length, list];
  return [new Buffer(SIZE), new Buffer(header), new Buffer(total), new Buffer(doubled + header.length), new Buffer(ends)];
};
