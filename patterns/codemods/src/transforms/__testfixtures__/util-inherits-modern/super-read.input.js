const { inherits } = require('util');
function Base() {}
function Derived() { Derived.super_.call(this); }
inherits(Derived, Base);
new Derived();
