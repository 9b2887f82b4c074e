function Tree() {}
Tree.prototype.walk = function walk(n) { return n && walk(n - 1); };
export const tree = new Tree();
