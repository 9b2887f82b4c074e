/**
 * A Postgres for tests of other packages: tells the URL of an empty database, and lasts until its parent lets go of it. One that is `own`
 * can be stopped and started meanwhile, by the messages `stop` and `start`; each is said again when it is done.
 */
import { once } from 'node:events';
import process from 'node:process';
import { ownPostgres, realPostgres } from './real-postgres.js';

const own = process.argv.includes('own') ? await ownPostgres() : undefined;
await using postgres = own ?? (await realPostgres());
process.on('message', (message) => {
  if (own && (message === 'stop' || message === 'start')) void own[message]().then(() => process.send?.(message));
});
process.send?.(await postgres.newDatabase());
await Promise.race([once(process, 'disconnect'), once(process, 'SIGTERM')]);
if (process.connected) process.disconnect();
