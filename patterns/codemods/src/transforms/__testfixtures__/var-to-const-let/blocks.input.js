exports.f = function (a, e) {
  if (a) {
    var inside = 1;
    var outside = inside;
  }
  if (a) var bare = 1;
  label: var labelled = 2;
  switch (a) {
    case 1:
      var one = 1;
      log(one);
      break;
    case 2:
      var two = 2;
    default:
      log(two);
  }
  try { a(); } catch (e) { var e = 1; var caught = e; }
  var a = 2;
  var twice = 1; var twice = 2;
  var fn = 1; { function fn() {} }
  return outside + bare + labelled;
};
