import type { Config, ResolvedConfig } from './config.js';

const sandboxes = ['read-only', 'workspace-write'] as const;
const offers = ['none', 'proven', 'candidate'] as const;
const lints = ['fail', 'report', 'off'] as const;
const policies = ['untrusted', 'on-request', 'never'] as const;

const stricter = <T>(order: readonly T[], user: T, repository: T | undefined): T =>
  repository !== undefined && order.indexOf(repository) < order.indexOf(user) ? repository : user;

/** The settings of a repository's file that are not a repository's to make, as dotted names. */
export function forbiddenSettings(repository: Config): readonly string[] {
  const forbidden = [
    ...(['path', 'driver', 'model', 'idleTimeoutSeconds'] as const)
      .filter((key) => repository.codex?.[key] !== undefined)
      .map((key) => `codex.${key}`),
    ...Object.keys(repository.model ?? {}).map((key) => `model.${key}`),
    ...Object.keys(repository.secrets ?? {}).map((name) => `secrets.${name}`),
    ...(repository.tests?.dependencies === 'link' ? ['tests.dependencies'] : []),
    ...(repository.tests?.sandbox === 'off' ? ['tests.sandbox'] : []),
    ...(repository.tests?.network === true ? ['tests.network'] : []),
    ...(repository.assets?.indexes === undefined ? [] : ['assets.indexes']),
    ...(['timeoutSeconds', 'holdMinutes'] as const)
      .filter((key) => repository.approvals?.[key] !== undefined)
      .map((key) => `approvals.${key}`),
    ...Object.keys(repository.cloud ?? {}).map((key) => `cloud.${key}`),
    ...Object.entries(repository.cloudSync ?? {})
      // To send nothing is every repository's right.
      .filter(([key, value]) => key !== 'enabled' || value !== false)
      .map(([key]) => `cloudSync.${key}`),
    ...Object.keys(repository.signing ?? {}).map((key) => `signing.${key}`),
  ];
  return forbidden;
}

/**
 * Lets a repository's configuration tighten what its user allows.
 *
 * Which commands test a repository is the repository's to say, as in its own test script; all else can only get stricter.
 */
export function tighten(user: ResolvedConfig, repository: Config): ResolvedConfig {
  const { codex, tests, assets, limits, approvals, cloudSync } = repository;
  const limit = (key: keyof ResolvedConfig['limits']): number => Math.min(user.limits[key], limits?.[key] ?? Infinity);
  return {
    ...user,
    codex: {
      ...user.codex,
      sandbox: stricter(sandboxes, user.codex.sandbox, codex?.sandbox),
      // Codex asks for nothing under "never", so every other policy would open a way out of the sandbox.
      approvalPolicy:
        user.codex.approvalPolicy === 'never'
          ? 'never'
          : stricter(policies, user.codex.approvalPolicy, codex?.approvalPolicy),
    },
    tests: {
      ...user.tests,
      ...(user.tests.commands === undefined && tests?.commands !== undefined ? { commands: tests.commands } : {}),
      required: user.tests.required || tests?.required === true,
      timeoutSeconds: Math.min(user.tests.timeoutSeconds, tests?.timeoutSeconds ?? Infinity),
      dependencies: tests?.dependencies === 'none' ? 'none' : user.tests.dependencies,
      sandbox: tests?.sandbox === 'required' ? 'required' : user.tests.sandbox,
      network: user.tests.network && tests?.network !== false,
      lint: stricter(lints, user.tests.lint, tests?.lint),
    },
    assets: { ...user.assets, offer: stricter(offers, user.assets.offer, assets?.offer) },
    limits: {
      tokens: limit('tokens'),
      turns: limit('turns'),
      minutes: limit('minutes'),
      revisions: limit('revisions'),
      replans: limit('replans'),
    },
    cloudSync: { ...user.cloudSync, enabled: user.cloudSync.enabled && cloudSync?.enabled !== false },
    approvals: { ...user.approvals, elevation: approvals?.elevation === 'deny' ? 'deny' : user.approvals.elevation },
  };
}
