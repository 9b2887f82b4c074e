#!/usr/bin/env node
var u=require("util"),e=require("events");function A(){}u.inherits(A,e);new A
