exports.toBuffer = function (data, size, other) {
  if (typeof data === 'string') {
    data = Buffer.from(data, other);
  }
  if (typeof size !== 'number') {
    throw new TypeError('size');
  }
  const space = Buffer.alloc(size);
  const bytes = Array.isArray(other) ? Buffer.from(other) : null;
  if (Buffer.isBuffer(other) || typeof other == 'string') {
    return [space, Buffer.from(other)];
  }
  return other instanceof ArrayBuffer && typeof data !== 'number' && Buffer.from(data);
};
