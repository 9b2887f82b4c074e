exports.toBuffer = function (data, size, other) {
  if (typeof data === 'string') {
    data = new Buffer(data, other);
  }
  if (typeof size !== 'number') {
    throw new TypeError('size');
  }
  const space = new Buffer(size);
  const bytes = Array.isArray(other) ? new Buffer(other) : null;
  if (Buffer.isBuffer(other) || typeof other == 'string') {
    return [space, Buffer(other)];
  }
  return other instanceof ArrayBuffer && typeof data !== 'number' && new Buffer(data);
};
