function written(data) {
  if (typeof data === 'string') {
    data = parse(data);
    return new Buffer(data);
  }
}
function looped(data) {
  if (typeof data === 'string') {
    for (;;) {
      use(new Buffer(data));
      data = next();
    }
  }
}
function later(data) {
  if (typeof data === 'string') return () => new Buffer(data);
  data = 5;
}
function hoisted(data) {
  if (typeof data !== 'string') return early();
  function early() {
    return new Buffer(data);
  }
}
