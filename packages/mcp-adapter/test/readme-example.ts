import { type CodexHomeOptions, prepareCodexHome, probeCodex, selectDriver } from '../src/index.js';

// E.g. `where` = { dir: '/home/me/.cache/my-tool/codex', auth: { kind: 'codex-home', home: '/home/me/.codex' } }
export async function askCodex(
  cwd: string,
  where: Omit<CodexHomeOptions, 'projectRoot'>,
  prompt: string,
): Promise<string> {
  const probe = await probeCodex({ env: process.env, untrustedRoot: cwd });
  const home = await prepareCodexHome({ ...where, projectRoot: cwd });
  const { driver, mode } = selectDriver({ probe, requested: 'auto', home, env: process.env });
  const session = await driver.open({ cwd, sandbox: 'workspace-write', approvalPolicy: 'on-request' });
  const result = await session.run(prompt, { onApproval: () => Promise.resolve('deny'), idleTimeoutMs: 120_000 });
  await driver.close();
  return `${result.status} by ${mode.used}: ${result.text}`;
}
