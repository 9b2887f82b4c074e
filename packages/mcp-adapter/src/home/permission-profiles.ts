import type { CodexSandbox } from '@codex-orch/core';
import type { TomlTable } from 'smol-toml';
import type { CodexHome } from './codex-home.js';

/** Codex's sandbox modes and the profiles of ours that stand for them. Who has no sandbox is not hindered from reading either. */
const profileOf = {
  'read-only': 'codex-orch-read-only',
  'workspace-write': 'codex-orch-workspace-write',
  'danger-full-access': undefined,
} as const satisfies Record<CodexSandbox, string | undefined>;

/**
 * The part of config.toml that confines commands as Codex's sandbox modes do and keeps them from reading `hidden` besides.
 *
 * Protocol: https://developers.openai.com/codex/permissions
 */
export function permissionProfiles(hidden: readonly string[]): TomlTable {
  const denied = Object.fromEntries(hidden.map((file) => [file, 'deny']));
  const network = { enabled: false };
  return {
    // Profiles without a default are an error, and a mode that is named for a thread counts more than any of them.
    default_permissions: profileOf['read-only'],
    permissions: {
      [profileOf['read-only']]: { filesystem: { ':root': 'read', ...denied }, network },
      [profileOf['workspace-write']]: {
        filesystem: { ':root': 'read', ':workspace_roots': { '.': 'write' }, ...denied },
        network,
      },
    },
  };
}

/** What tells Codex the sandbox of a thread: a mode, or a key of its configuration. Codex refuses both at once. */
export interface ThreadSandbox {
  readonly sandbox?: CodexSandbox;
  readonly config: { readonly default_permissions?: string };
}

/** The name of the profile that stands for a sandbox mode in this home; undefined where the mode itself has to be named. */
export const profileFor = ({ confined }: Pick<CodexHome, 'confined'>, sandbox: CodexSandbox): string | undefined =>
  confined === true ? profileOf[sandbox] : undefined;

/** The sandbox of a thread, with credentials out of its reach where the home has profiles for that. */
export function threadSandbox(home: Pick<CodexHome, 'confined'>, sandbox: CodexSandbox): ThreadSandbox {
  const profile = profileFor(home, sandbox);
  return profile === undefined ? { sandbox, config: {} } : { config: { default_permissions: profile } };
}

/**
 * Whether this Codex keeps even an approved command inside a sandbox that hides something; it may fail there. True of 0.151.0 to 0.155.0,
 * false of 0.163.0 and 0.169.0, as tried.
 */
export function keepsApprovedInside(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 0 && minor < 163;
}
