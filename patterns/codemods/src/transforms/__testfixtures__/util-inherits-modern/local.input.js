'use strict';
var util = require('util');
var EventEmitter = require('events').EventEmitter;

function Bus() {
  EventEmitter.call(this);
}
util.inherits(Bus, EventEmitter); // kept

Bus.prototype.send = function (text) { this.emit('text', text); };
exports.send = function (text) { new Bus().send(text); };
