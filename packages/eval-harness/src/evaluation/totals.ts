import type { TargetOutcome } from './evaluate-target.js';
import type { Evaluation } from './evaluation.js';

/** How many of the pairs that took longest are told. */
const told = 5;

export interface Spent {
  readonly wallMs: number;
  /** Of this process and its children, without what the sandbox confines; undefined where the system does not tell. */
  readonly cpuMs: number | undefined;
}

/** The figures of an evaluation. What came from the cache cost nothing now. */
export function totalsOf(outcomes: readonly TargetOutcome[], { wallMs, cpuMs }: Spent): Evaluation['totals'] {
  const pairs = outcomes.flatMap((outcome) => outcome.pairs);
  const fresh = pairs.filter(({ cached }) => !cached);
  const passed = pairs.filter(({ verdict }) => verdict === 'passed').length;
  const costs = outcomes.map(({ spent }) => spent);
  const testsCpu = sum(fresh.map((pair) => pair.cpuMs.tests ?? 0)) + sum(costs.map((cost) => cost.testsCpu));
  const checksCpu = sum(fresh.map((pair) => pair.cpuMs.checks ?? 0)) + sum(costs.map((cost) => cost.checksCpu));
  return {
    pairs: pairs.length,
    passed,
    failed: pairs.length - passed,
    cached: pairs.length - fresh.length,
    filesChanged: sum(pairs.map((pair) => pair.files.changed)),
    declined: sum(pairs.map((pair) => pair.declined.length)),
    testsMs: sum(fresh.map((pair) => pair.durationsMs.tests)) + sum(costs.map(({ tests }) => tests)),
    workMs: sum(fresh.map((pair) => pair.durationsMs.total)) + sum(costs.map(({ work }) => work)),
    checksMs: sum(fresh.map((pair) => pair.durationsMs.checks)) + sum(costs.map(({ checks }) => checks)),
    installMs: sum(costs.map(({ install }) => install)),
    applyMs: sum(fresh.map(({ durationsMs }) => durationsMs.apply + durationsMs.applyAgain)),
    cpuMs:
      cpuMs === undefined
        ? null
        : {
            tests: testsCpu,
            checks: checksCpu,
            assets: sum(fresh.map((pair) => pair.cpuMs.apply ?? 0)),
            // This process waits for npm, so what npm took is among its own.
            install: Math.min(cpuMs, sum(costs.map(({ installCpu }) => installCpu))),
            all: cpuMs + testsCpu + checksCpu,
          },
    slowest: fresh
      .map(({ target, asset, durationsMs }) => ({ target, asset, ms: durationsMs.total }))
      .sort((a, b) => b.ms - a.ms)
      .slice(0, told),
    wallMs,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
