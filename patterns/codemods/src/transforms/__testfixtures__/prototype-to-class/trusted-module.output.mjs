export class Tree {
  constructor() {}
  grow() {}
}
