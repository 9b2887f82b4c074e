const { inspect, inherits } = require('node:util');
function Base() {}
function Derived() {}
inherits(Derived, Base), inspect(1);
Object.setPrototypeOf( /* child */ Derived.prototype , Base.prototype );
new Derived();
