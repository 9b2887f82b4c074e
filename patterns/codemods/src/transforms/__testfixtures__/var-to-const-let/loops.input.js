module.exports = function (rows) {
  for (var i = 0, n = rows.length; i < n; i++) {
    var row = rows[i];
    console.log(row);
  }
  for (var key in rows) console.log(key);
  for (var value of rows) value += 1;
  for (var j = 0; j < 3; j++) setTimeout(function () { console.log(j); });
  while (rows.pop()) {
    var seen;
    var shared = rows[0];
    if (!seen) seen = shared;
    rows.on('end', () => shared);
  }
  for (var k = 0; k < 2; k++) {}
  return k;
};
