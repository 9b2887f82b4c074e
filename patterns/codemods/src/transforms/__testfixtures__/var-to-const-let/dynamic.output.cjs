function evaluated(code) {
  var secret = 1;
  return eval(code);
}
function within(o) {
  with (o) { var name = 1; }
  var other = 2;
}
var kept = 1;
