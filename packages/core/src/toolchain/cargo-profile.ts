import type { ToolchainProfile } from './profile.js';

export const cargoProfile: ToolchainProfile = {
  name: 'cargo',
  detect: async (files) =>
    (await files.has('Cargo.toml'))
      ? {
          commands: [['cargo', 'test']],
          setup: [(await files.has('Cargo.lock')) ? ['cargo', 'fetch', '--locked'] : ['cargo', 'fetch']],
          reason: 'Cargo.toml is there',
        }
      : undefined,
};
