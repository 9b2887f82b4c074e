import events from 'events';

function Bus() {}
Object.setPrototypeOf(Bus.prototype, events.EventEmitter.prototype);
export const bus = new Bus();
