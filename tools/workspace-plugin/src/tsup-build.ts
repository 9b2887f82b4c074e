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
                  inputs: [
                    'production',
                    '^production',
                    '{workspaceRoot}/tsup.shared.ts',
                    { externalDependencies: ['tsup', 'typescript', 'esbuild'] },
                  ],
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
