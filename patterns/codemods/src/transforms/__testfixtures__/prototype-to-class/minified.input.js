"use strict";function A(t){this.t=t}A.prototype.g=function(){return this.t};A.prototype.s=function(t){this.t=t};exports.a=new A(1);
