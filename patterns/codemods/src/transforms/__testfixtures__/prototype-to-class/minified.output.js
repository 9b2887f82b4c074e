"use strict";class A{constructor(t){this.t=t}g(){return this.t}s(t){this.t=t}}exports.a=new A(1);
