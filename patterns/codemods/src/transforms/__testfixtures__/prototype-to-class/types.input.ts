export {};
@decorated
class Done {}
function Old(this: any) {}
Old.prototype.m = function () {};
