'use strict';
var EventEmitter = require('events').EventEmitter;

function Bus() {
  EventEmitter.call(this);
}
Object.setPrototypeOf(Bus.prototype, EventEmitter.prototype); // kept

Bus.prototype.send = function (text) { this.emit('text', text); };
exports.send = function (text) { new Bus().send(text); };
