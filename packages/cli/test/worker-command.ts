/** The command from source, in a process of its own. */
import process from 'node:process';
import { main } from '../src/main.js';

await main(process);
