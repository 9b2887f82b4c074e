export var alone = 1;
var { a, b = a, ...rest } = alone;
var [x, , y = 2] = rest;
export { x, b as default };
y = x;
var data = await load(y);
