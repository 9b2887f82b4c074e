import path from 'node:path';
import { createNodesFromFiles, type CreateNodes } from '@nx/devkit';

export const name = '@codex-orch/workspace-plugin';

/** Gives every folder with a tsup config a cached `build` target. */
export const createNodes: CreateNodes = [
  '{packages,patterns,tools}/*/tsup.config.ts',
  (files, options, context) =>
    createNodesFromFiles(
      (file) => {
        const root = path.dirname(file);
        return {
          projects: {
            [root]: {
              targets: {
                build: {
                  command: 'tsup',
                  options: { cwd: root },
                  cache: true,
                  dependsOn: ['^build'],
                  // No list of dependencies: all count, because a build may bundle any of them.
                  inputs: ['production', '^production', '{workspaceRoot}/tsup.shared.ts'],
                  outputs: ['{projectRoot}/dist'],
                },
              },
            },
          },
        };
      },
      files,
      options,
      context,
    ),
];
