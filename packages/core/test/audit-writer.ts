import { AuditLog } from '../src/audit/audit-log.js';

// A process of its own for tests: writes entries, and says of each that it was acknowledged.
const [folder = '', name = '', count = '0'] = process.argv.slice(2);
const log = new AuditLog(folder, { patienceMs: 120_000 });
const entry = { action: 'cancel', runId: null, repository: null, subject: null, outcome: 'noted' } as const;
for (let n = 0; n < Number(count); n += 1) {
  await log.append('human:ada', { ...entry, detail: `${name}.${n}` });
  process.stdout.write(`${name}.${n}\n`);
}
