export default function Tree() {}
Tree.prototype.grow = function () {};
