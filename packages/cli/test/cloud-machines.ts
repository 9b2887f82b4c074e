import path from 'node:path';
import { type StandInCloud, type StandInLogin, writeStandInLogin } from '@codex-orch/cloud-adapter/testing';
import type { Config } from '@codex-orch/core';
import { type FileGoal, scenesFor, writeGoals } from './fleet.js';
import { codexPaths, type World } from './world.js';

/** What an attempt at a goal changes. */
export const newFile = (name: string): string =>
  `diff --git a/src/${name}.js b/src/${name}.js\nnew file mode 100644\n--- /dev/null\n+++ b/src/${name}.js\n@@ -0,0 +1 @@\n+export const ${name} = 1;\n`;

/** The environment of a machine that is logged in to a stand-in for Codex Cloud. */
export async function loggedIn(
  world: World,
  cloud: StandInCloud,
  name: string,
  login?: StandInLogin,
): Promise<NodeJS.ProcessEnv> {
  const home = path.join(world.root, `codex-home-of-${name}`);
  await writeStandInLogin(home, login);
  return { CODEX_HOME: home, CODEX_CLOUD_TASKS_BASE_URL: cloud.baseUrl };
}

/** Has somebody who is logged in sign off a file of goals. */
export async function signOff(
  world: World,
  cloud: StandInCloud,
  goals: readonly FileGoal[],
  config: Config = {},
): Promise<string> {
  Object.assign(world.env, await loggedIn(world, cloud, 'ada'));
  await world.model(scenesFor([]), { ...config, codex: { path: codexPaths['0.151.0'] } });
  const file = await writeGoals(world, goals);
  const { code, err } = await world.run('goals', 'approve', file);
  if (code !== 0) throw new Error(err);
  return file;
}
