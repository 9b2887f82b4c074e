import { cargoProfile } from './cargo-profile.js';
import { goProfile } from './go-profile.js';
import { makeProfile } from './make-profile.js';
import { nodeProfiles } from './node-profile.js';
import type { TestPlan, ToolchainProfile } from './profile.js';
import { ProjectFiles } from './project-files.js';
import { pythonProfile } from './python-profile.js';

/** In this order, as a Makefile or a package.json is often only a front for another toolchain. */
const profiles: readonly ToolchainProfile[] = [...nodeProfiles, cargoProfile, goProfile, pythonProfile, makeProfile];

/**
 * Finds out how a project is tested, from its files alone. The first toolchain that has a test command wins.
 *
 * Running the commands runs the project's code: that is the caller's decision.
 */
export async function detectTestCommands(tree: string): Promise<TestPlan> {
  const files = new ProjectFiles(tree);
  const reasons: string[] = [];
  let recognised: string | null = null;
  for (const profile of profiles) {
    const detection = await profile.detect(files);
    if (!detection) continue;
    if (detection.commands.length > 0) return { profile: profile.name, ...detection };
    recognised ??= profile.name;
    reasons.push(detection.reason);
  }
  return {
    profile: recognised,
    commands: [],
    setup: [],
    reason: reasons.length > 0 ? reasons.join('; ') : 'no toolchain was recognised',
  };
}
