// Nothing here says that this is a module, so `total` may be a global that another script reads.
var total = 0;

function add(n) {
  var next = total + n;
  total = next;
}
