import type { ProjectFiles } from './project-files.js';

/** How to test a project: argument arrays, to be run in the project's root one after the other. */
export interface TestPlan {
  /** The toolchain that was recognised, or null. */
  readonly profile: string | null;
  readonly commands: readonly (readonly string[])[];
  /** What to run first when dependencies are not installed. */
  readonly setup: readonly (readonly string[])[];
  /** Why these commands, or why none. */
  readonly reason: string;
}

/** What a profile found: a plan, a reason why its project has no tests, or nothing of its kind. */
export type Detection = Pick<TestPlan, 'commands' | 'setup' | 'reason'> | undefined;

/** Recognises the projects of one toolchain by their files alone; nothing is run. */
export interface ToolchainProfile {
  readonly name: string;
  detect(files: ProjectFiles): Promise<Detection>;
}
