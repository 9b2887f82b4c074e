/** A Postgres for tests of other packages: tells the URL of an empty database, and lasts until its parent lets go of it. */
import { once } from 'node:events';
import process from 'node:process';
import { realPostgres } from './real-postgres.js';

await using postgres = await realPostgres();
process.send?.(await postgres.newDatabase());
await Promise.race([once(process, 'disconnect'), once(process, 'SIGTERM')]);
if (process.connected) process.disconnect();
