#!/usr/bin/env node
var e=require("events");function A(){}Object.setPrototypeOf(A.prototype,e.prototype);new A
