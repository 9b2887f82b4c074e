import { inherits, inspect as show } from 'util';
class Old {}
var Young = function () {};
inherits(Young, Old);
show(new Young());
