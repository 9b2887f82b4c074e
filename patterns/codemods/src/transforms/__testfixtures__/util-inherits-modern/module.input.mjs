import { inherits } from 'node:util';
import events from 'events';

function Bus() {}
inherits(Bus, events.EventEmitter);
export const bus = new Bus();
