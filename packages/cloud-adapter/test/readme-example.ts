import { CloudCli, CloudDriver, type CloudLaunch, FileCloudStore } from '../src/index.js';

// `launch`: Codex's binary, its version, and an environment with a CODEX_HOME that is logged in; `tree`: that of a Workspace of core
export async function doInTheCloud(launch: CloudLaunch, runDir: string, tree: string, prompt: string): Promise<string> {
  const cli = await CloudCli.probe(launch, { rawDir: runDir });
  const store = new FileCloudStore(`${runDir}/cloud`);
  const options = { cli, launch, store, environment: 'acme/shop', attempts: 2, timeLimitMs: 3_600_000 };
  await using driver = new CloudDriver(options);
  const session = await driver.open({ cwd: tree, sandbox: 'workspace-write', approvalPolicy: 'never' });
  const { status, text, error } = await session.run(prompt);
  return `${status}: ${error?.message ?? text}`;
}
