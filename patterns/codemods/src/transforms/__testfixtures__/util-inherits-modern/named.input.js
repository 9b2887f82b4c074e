const { inspect, inherits } = require('node:util');
function Base() {}
function Derived() {}
inherits(Derived, Base), inspect(1);
inherits( /* child */ Derived , Base );
new Derived();
