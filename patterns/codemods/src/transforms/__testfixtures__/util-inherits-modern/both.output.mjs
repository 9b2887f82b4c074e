import { inspect as show } from 'util';
class Old {}
var Young = function () {};
Object.setPrototypeOf(Young.prototype, Old.prototype);
show(new Young());
