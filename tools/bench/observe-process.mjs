/**
 * Loaded into a measured codex-orch with `node --import`: when it ends, writes its own CPU and the times of its start and
 * end to the file named by BENCH_OBSERVED.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';

const file = process.env['BENCH_OBSERVED'];
delete process.env['BENCH_OBSERVED'];
process.on('exit', () => {
  if (file === undefined) return;
  const { user, system } = process.cpuUsage();
  const { timeOrigin } = performance;
  const endedAt = timeOrigin + performance.now();
  // The profile's clock is that of hrtime.
  const monotonicAtStart = Number(process.hrtime.bigint() / 1000n) / 1000 - performance.now();
  writeFileSync(
    file,
    JSON.stringify({ cpuSeconds: (user + system) / 1e6, startedAt: timeOrigin, endedAt, monotonicAtStart }),
  );
});
