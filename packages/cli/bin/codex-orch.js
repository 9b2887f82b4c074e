#!/usr/bin/env node
// The version is asked for by scripts and must not cost a start of the whole program.
if (process.argv.length === 3 && process.argv[2] === '--version') {
  const { readFileSync } = await import('node:fs');
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  // Whoever asked may not wait for the answer.
  process.stdout.on('error', () => {});
  process.stdout.write(`${version}\n`);
} else {
  const { main } = await import('../dist/main.js');
  await main(process);
}
