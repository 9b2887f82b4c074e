export { later };
export var first = 1;
var later = first;
