import type { Scene } from '@codex-orch/replay';

const usage = { input: 100, output: 10 };

export const patch = `*** Begin Patch
*** Add File: added.txt
+added
*** Update File: changed.txt
@@
-before
+after
*** Delete File: removed.txt
*** Update File: old-name.txt
*** Move to: new-name.txt
@@
-one
+two
*** End Patch
`;

/** What the scripted model does, chosen by a word in the prompt. */
export const scenes: readonly Scene[] = [
  {
    scene: 'patch',
    when: { input: 'PATCH' },
    steps: [
      { applyPatch: patch, usage },
      { say: 'patched', usage },
    ],
  },
  { scene: 'shell', when: { input: 'SHELL' }, steps: [{ shell: 'echo made > made.txt; exit 3' }, { say: 'ran' }] },
  { scene: 'first', when: { input: 'FIRST' }, steps: [{ say: 'first answer', usage }] },
  { scene: 'second', when: { input: 'SECOND' }, steps: [{ say: 'second answer', usage }] },
  { scene: 'json', when: { input: 'JSON' }, steps: [{ json: { verdict: 'fine' } }] },
  {
    scene: 'escalate',
    when: { input: 'ESCALATE' },
    steps: [
      { escalate: { command: 'echo out > ../outside.txt', justification: 'needs the parent folder' } },
      { say: 'went on' },
    ],
  },
  {
    scene: 'sleep',
    when: { input: 'SLEEP' },
    steps: [{ shell: 'exec sleep 86399', yieldMs: 30_000 }, { say: 'slept' }],
  },
  {
    scene: 'sleep-outside',
    when: { input: 'NAP' },
    steps: [{ escalate: { command: 'exec sleep 86398', justification: 'x' } }, { say: 'napped' }],
  },
  ...[400, 401, 429, 500].map((status): Scene => ({
    scene: `fail-${status}`,
    when: { input: `FAIL-${status}` },
    steps: [{ fail: { status } }],
  })),
  { scene: 'stall', when: { input: 'STALL' }, steps: [{ stall: true }] },
  { scene: 'disconnect', when: { input: 'DISCONNECT' }, steps: [{ disconnect: true }] },
  { scene: 'malformed', when: { input: 'MALFORMED' }, steps: [{ malformed: true }] },
];
