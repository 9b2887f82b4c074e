import * as util from 'util';
@sealed
class Base {}
function Derived(this: unknown) {}
util.inherits(Derived, Base);
