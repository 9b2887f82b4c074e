/** Settings that hold whatever a config file says. */
export const hardening: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.pager=cat',
  'core.sshCommand=false',
  'core.attributesFile=/dev/null',
  'credential.helper=',
  'protocol.allow=never',
  'log.showSignature=false',
  'submodule.recurse=false',
  // Blobs over 1 MiB are never of use whole, and git holds smaller ones in memory.
  'core.bigFileThreshold=2m',
].flatMap((setting) => ['-c', setting]);
