import type { Evaluation, PairResult } from '../src/index.js';

export function pairOf({
  target = 'small',
  broken = [],
  total = 4,
}: {
  readonly target?: string;
  readonly broken?: readonly string[];
  readonly total?: number;
}): PairResult {
  return {
    target,
    asset: 'an-asset',
    kind: 'codemod',
    assetVersion: '1.0.0',
    key: 'key',
    verdict: broken.length === 0 ? 'passed' : 'failed',
    causes: broken.length === 0 ? [] : [{ kind: 'newly-failing', message: `${broken.length} tests fail` }],
    reproduce: ['eval', target],
    cached: false,
    files: { considered: 1, matched: 1, changed: 1, failed: [], unparsable: [] },
    changes: 1,
    declined: [],
    findings: null,
    appliedCleanly: 1,
    churn: { added: 1, removed: 1, linesPerChange: 1, minimal: 2, ratio: 1 },
    editedLines: { total: 1, executed: 1 },
    idempotent: true,
    rollbackExact: true,
    tests: {
      ran: true,
      total,
      kept: total - broken.length,
      newlyFailing: [...broken],
      missing: [],
      newlyPassing: [],
      crashes: [],
    },
    lint: null,
    typecheck: null,
    durationsMs: { apply: 1, applyAgain: 0, tests: 400, checks: 0, total: 500 },
    cpuMs: { apply: 30, tests: 300, checks: null },
    peakBytes: { apply: 90 * 2 ** 20, applyIn: 'own-process', tests: 120 * 2 ** 20 },
  };
}

export function evaluationOf(pairs: readonly PairResult[], unusable: readonly string[] = []): Evaluation {
  const failed = pairs.filter((pair) => pair.verdict === 'failed').length;
  return {
    schemaVersion: 1,
    id: 'an-evaluation',
    startedAt: '2026-11-01T00:00:00.000Z',
    finishedAt: '2026-11-01T00:00:01.000Z',
    environment: { node: 'v20.20.2', platform: 'linux', arch: 'x64', sandbox: 'bubblewrap' },
    thresholds: { appliedCleanly: 0.95, newlyFailing: 0, newTypeErrors: 0 },
    options: {},
    verdict: failed === 0 ? 'passed' : 'failed',
    unusable: unusable.map((target) => ({ target, code: 'eval-target-tampered', message: 'it is another' })),
    baselines: [],
    pairs: [...pairs],
    templates: [],
    totals: {
      pairs: pairs.length,
      passed: pairs.length - failed,
      failed,
      cached: 0,
      filesChanged: pairs.length,
      declined: 0,
      testsMs: 400,
      workMs: 1000,
      checksMs: 50,
      installMs: 250,
      applyMs: 100,
      cpuMs: { tests: 300, checks: 20, assets: 30, install: 40, all: 400 },
      slowest: [{ target: 'small', asset: 'an-asset', ms: 500 }],
      wallMs: 1000,
    },
  };
}
