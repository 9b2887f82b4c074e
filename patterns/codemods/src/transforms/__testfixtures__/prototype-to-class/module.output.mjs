#!/usr/bin/env node
class Tree {
	constructor(size = 1) {
		this.size = size;
	}
	grow(by) { this.size += by }
}
export const tree = new Tree()
