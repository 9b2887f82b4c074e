const a = Buffer.from('a');
const b = Buffer.alloc(10);
const c = Buffer.isBuffer(a) && a instanceof Buffer;
class Mine extends Buffer {}
