import { existsSync } from 'node:fs';
import path from 'node:path';
import { createNodesFromFiles, type CreateNodes, type ProjectConfiguration } from '@nx/devkit';
import { PluginOptionsError } from './errors.js';

export const name = '@codex-orch/nx';

/** What nx.json may say about this plugin. */
export interface SpecGuardPluginOptions {
  /** The target's name; `spec-guard` unless told. */
  readonly targetName?: string;
  /** The project's name; `specs` unless told, or unless the folder is a project already. */
  readonly projectName?: string;
}

/**
 * Makes the folder of the task registry (`tasks/`) a project with the target `spec-guard`. It depends on every other
 * project, so that `nx affected -t spec-guard` runs it once for whatever changed.
 * @throws {PluginOptionsError} where nx.json gives an option that does not exist, or one that is no text
 */
export const createNodes: CreateNodes<SpecGuardPluginOptions> = [
  'tasks/{index,guard}.json',
  (files, options, context) => {
    const known = read(options);
    return createNodesFromFiles(
      (file) => {
        const root = path.posix.dirname(file);
        return { projects: { [root]: project(path.join(context.workspaceRoot, root), known) } };
      },
      files,
      options,
      context,
    );
  },
];

function project(folder: string, { targetName, projectName }: Required<SpecGuardPluginOptions>) {
  const hasName = ['project.json', 'package.json'].some((file) => existsSync(path.join(folder, file)));
  return {
    ...(hasName ? {} : { name: projectName }),
    implicitDependencies: ['*'],
    targets: {
      [targetName]: {
        command: 'codex-orch guard check',
        options: { cwd: '{workspaceRoot}' },
        // The answer depends on the day and on git's history, and no list of files tells those.
        cache: false,
        metadata: {
          technologies: ['codex-orch'],
          description: 'Fails when code changes whose spec is missing, stale or not approved',
          help: { command: 'codex-orch guard check --help', example: { args: ['--base=main'] } },
        },
      },
    },
  } satisfies Partial<ProjectConfiguration>;
}

const defaults: Required<SpecGuardPluginOptions> = { targetName: 'spec-guard', projectName: 'specs' };

function read(options: unknown): Required<SpecGuardPluginOptions> {
  const given = Object.entries(options ?? {}) as [string, unknown][];
  for (const [option, value] of given) {
    if (!(option in defaults)) throw new PluginOptionsError(option, `is unknown; known are ${known}`);
    if (typeof value !== 'string' || value === '') throw new PluginOptionsError(option, 'must be a text');
  }
  return { ...defaults, ...(options as SpecGuardPluginOptions | undefined) };
}

const known = Object.keys(defaults).join(' and ');
