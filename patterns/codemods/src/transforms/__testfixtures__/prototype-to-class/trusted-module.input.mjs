export function Tree() {}
Tree.prototype.grow = function () {};
