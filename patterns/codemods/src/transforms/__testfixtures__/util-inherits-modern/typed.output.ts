import * as util from 'util';
@sealed
class Base {}
function Derived(this: unknown) {}
Object.setPrototypeOf(Derived.prototype, Base.prototype);
