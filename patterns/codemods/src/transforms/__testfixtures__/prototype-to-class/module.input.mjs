#!/usr/bin/env node
function Tree(size = 1) {
	this.size = size;
}
Tree.prototype.grow = function grow(by) { this.size += by }
export const tree = new Tree()
