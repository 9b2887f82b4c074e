import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CheckInput, checkSpecs, loadCheckInput, parsePolicy, parseSpec } from '../src/index.js';
import { compileGlob } from '../src/covers/glob.js';

const root = path.resolve(import.meta.dirname, '../../..');

/** What the repository that this package lies in says of itself; its reviews are of this day. */
const at = Date.UTC(2026, 10, 22, 12);

let input: CheckInput;
let tracked: readonly string[];
beforeAll(async () => {
  input = await loadCheckInput({ root, at, all: true });
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  tracked = listed.toString('utf8').split('\0').filter(Boolean);
});

describe('our own specs', () => {
  it('pass the check, and are known debt as long as nobody has approved them', () => {
    const { findings, waived } = checkSpecs(input);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(waived.every(({ waiver, code }) => waiver.by === 'baseline' && code === 'SG006')).toBe(true);
  });

  it('cover only what exists, and together every source of every package', () => {
    const globs = input.specs.flatMap(({ text }) => parseSpec(text).spec?.covers ?? []).map(compileGlob);
    expect(globs.map((matches) => tracked.some(matches))).toEqual(globs.map(() => true));
    const sources = tracked.filter((file) => /^(?:packages|patterns)\/[^/]+\/src\//.test(file));
    expect(sources.filter((file) => !globs.some((matches) => matches(file)))).toEqual([]);
  });

  it('are held to a policy that can be read', () => {
    expect(parsePolicy(input.head.policy).problems).toEqual([]);
  });
});
