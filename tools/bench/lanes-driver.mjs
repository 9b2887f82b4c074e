/**
 * Usage: node lanes-driver.mjs <codex> <codex home> <prompt> <folder>...
 *
 * One turn in each folder, all at a time, through one app-server: what the driver costs without anything else of ours.
 */
import process from 'node:process';
import { AppServerDriver, childEnvironment } from '@codex-orch/mcp-adapter';

const [binary = '', dir = '', prompt = '', ...folders] = process.argv.slice(2);
const home = { dir, keyVariables: [] };
const driver = new AppServerDriver({ binary, version: '', home, env: childEnvironment({ home, from: process.env }) });
try {
  const results = await Promise.all(
    folders.map(async (cwd) => {
      const session = await driver.open({ cwd, sandbox: 'workspace-write', approvalPolicy: 'never' });
      return session.run(prompt);
    }),
  );
  for (const { status, error } of results) {
    if (status === 'completed') continue;
    process.stderr.write(`A turn ended as ${status}: ${error?.message ?? ''}\n`);
    process.exitCode = 1;
  }
} finally {
  await driver.close();
}
