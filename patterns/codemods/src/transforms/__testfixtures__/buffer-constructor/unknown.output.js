function unknown(data, size, encoding) {
  new Buffer(data);
  Buffer(data, encoding);
  new Buffer(size + 1);
  new Buffer(...data);
  new Buffer();
  new Buffer(5, 'utf8');
  new Buffer(data.length);
  var kind = 'text';
  if (size) kind = 4;
  return new Buffer(kind);
}
