import path from 'node:path';
import { OrchError, removeTree } from '@codex-orch/core';
import type { EvaluatedAsset } from '../asset/asset.js';
import { evaluatePair } from '../scenario/evaluate-pair.js';
import { EvidenceStore } from '../scenario/evidence.js';
import { type Baseline, type PairResult, pairResultSchema } from '../scenario/pair-result.js';
import { type BaselineCost, takeBaseline, type TakenBaseline } from '../scenario/take-baseline.js';
import type { Thresholds } from '../scenario/thresholds.js';
import { verifyConfig } from '../target/install-target.js';
import type { PlacedTarget } from '../target/load-targets.js';
import { prepareWorkspace, type PreparedWorkspace } from '../workspace/prepare-workspace.js';
import type { TargetWorkspace } from '../workspace/target-workspace.js';
import { baselineKey, pairKey } from './keys.js';
import { onceFor } from './once-for.js';
import type { EvaluationOptions } from './options.js';
import { ResultStore } from './result-store.js';
import { packBaseline, storedBaselineSchema, unpackBaseline } from './stored-baseline.js';

export interface TargetOutcome {
  readonly baseline: Baseline;
  readonly pairs: readonly PairResult[];
  /** What this process spent on the target beside its pairs. */
  readonly spent: TargetCost;
}

/** Milliseconds. */
export interface TargetCost extends BaselineCost {
  /** Fetching, installing and copying it, and its baseline. */
  readonly work: number;
  /** Of that, fetching, installing and copying it. */
  readonly install: number;
  readonly installCpu: number;
}

export interface TargetPlan extends Omit<EvaluationOptions, 'cacheDir' | 'thresholds'> {
  readonly cacheDir: string;
  readonly thresholds: Thresholds;
  /** Of this evaluation. */
  readonly dir: string;
}

/** Evaluates all assets on one target, and prepares the target only if a result is neither recorded nor in the cache. */
export async function evaluateTarget(plan: TargetPlan, placed: PlacedTarget): Promise<TargetOutcome> {
  const { target } = placed;
  await verifyConfig(placed);
  const key = baselineKey(target, plan.sandbox.name);
  const stores = storesOf(plan, target.name);
  const lazy = new LazyTarget(plan, placed, key);
  try {
    const baseline = await lazy.baseline();
    const record: Baseline = { ...baseline.record, preparationMs: lazy.preparationMs };
    plan.onEvent?.({ type: 'baseline', baseline: record, cached: lazy.preparationMs === 0 });
    const pairs: PairResult[] = [];
    for (const asset of plan.assets) {
      plan.signal?.throwIfAborted();
      const own = pairKey(key, asset, plan.thresholds);
      const result =
        (await known(plan, stores, own)) ??
        (await evaluate(plan, lazy, asset, { key: own, evidence: stores.evidence }));
      await stores.recorded.put(own, result);
      // Errors of the machine pass; what a target's tests say stays.
      if (!result.cached && result.causes.every(({ kind }) => kind !== 'error')) {
        await stores.evidence.share(result);
        await stores.cached.put(own, result);
      }
      plan.onEvent?.({ type: 'pair', result });
      pairs.push(result);
    }
    return { baseline: record, pairs, spent: await lazy.spent() };
  } finally {
    await lazy.remove();
  }
}

const storesOf = ({ dir, cacheDir }: TargetPlan, target: string) => ({
  recorded: new ResultStore(path.join(dir, 'pairs', target), pairResultSchema),
  cached: new ResultStore(path.join(cacheDir, 'pairs'), pairResultSchema),
  evidence: new EvidenceStore(dir, cacheDir),
});

type Stores = ReturnType<typeof storesOf>;

async function known(
  { useCache = true, reproduce }: TargetPlan,
  { recorded, cached, evidence }: Stores,
  key: string,
): Promise<PairResult | undefined> {
  const before = await recorded.get(key);
  if (before) return before;
  const earlier = useCache ? await cached.get(key) : undefined;
  if (!earlier) return undefined;
  await evidence.take(earlier);
  return { ...earlier, cached: true, reproduce: [...(reproduce?.(earlier.target, earlier.asset) ?? [])] };
}

async function evaluate(
  plan: TargetPlan,
  lazy: LazyTarget,
  asset: EvaluatedAsset,
  { key, evidence }: { readonly key: string; readonly evidence: EvidenceStore },
): Promise<PairResult> {
  const { thresholds, signal, reproduce } = plan;
  const workspace = await lazy.workspace();
  const command = reproduce?.(workspace.target.name, asset.id) ?? [];
  try {
    return await evaluatePair({
      workspace,
      baseline: await lazy.baseline(),
      asset,
      key,
      reproduce: command,
      thresholds,
      evidence,
      signal,
    });
  } catch (error) {
    signal?.throwIfAborted();
    return failedPair(workspace, asset, key, command, error);
  }
}

/** The pair of an asset that made the target's tests hang, say: the others go on. */
function failedPair(
  { target }: TargetWorkspace,
  asset: EvaluatedAsset,
  key: string,
  reproduce: readonly string[],
  error: unknown,
): PairResult {
  const message = error instanceof OrchError ? `${error.code}: ${error.message}` : String(error);
  // A control that makes tests hang has been noticed.
  const caught = asset.kind === 'control' && error instanceof OrchError && error.code.startsWith('eval-tests');
  return {
    target: target.name,
    asset: asset.id,
    kind: asset.kind,
    assetVersion: asset.version,
    key,
    verdict: caught ? 'passed' : 'failed',
    causes: caught ? [] : [{ kind: 'error', message }],
    reproduce: [...reproduce],
    cached: false,
    files: { considered: 0, matched: 0, changed: 0, failed: [], unparsable: [] },
    changes: 0,
    declined: [],
    findings: null,
    appliedCleanly: 0,
    churn: { added: 0, removed: 0, linesPerChange: null, minimal: null, ratio: null },
    editedLines: { total: 0, executed: null, whyUnknown: message },
    idempotent: false,
    rollbackExact: false,
    tests: { ran: true, total: 0, kept: 0, newlyFailing: [], missing: [], newlyPassing: [], crashes: [message] },
    lint: null,
    typecheck: null,
    durationsMs: { apply: 0, applyAgain: 0, tests: 0, checks: 0, total: 0 },
    cpuMs: { apply: null, tests: null, checks: null },
    peakBytes: { apply: null, applyIn: 'evaluation', tests: null },
  };
}

/** A target that is fetched, installed and tested when somebody needs it. */
class LazyTarget {
  preparationMs = 0;
  #baselineMs = 0;
  #installation: PreparedWorkspace['installation'] = { ms: 0, cpuMs: 0 };
  readonly #plan: TargetPlan;
  readonly #placed: PlacedTarget;
  readonly #key: string;
  #workspace: Promise<TargetWorkspace> | undefined;
  #baseline: Promise<TakenBaseline> | undefined;

  constructor(plan: TargetPlan, placed: PlacedTarget, key: string) {
    this.#plan = plan;
    this.#placed = placed;
    this.#key = key;
  }

  workspace(): Promise<TargetWorkspace> {
    return (this.#workspace ??= this.#prepare());
  }

  baseline(): Promise<TakenBaseline> {
    return (this.#baseline ??= this.#take());
  }

  async spent(): Promise<TargetCost> {
    const { cost = { tests: 0, checks: 0, testsCpu: 0, checksCpu: 0 } } = await this.baseline();
    const { ms: install, cpuMs: installCpu } = this.#installation;
    return { ...cost, work: this.preparationMs + this.#baselineMs, install, installCpu };
  }

  async remove(): Promise<void> {
    await removeTree(this.#dir);
  }

  get #dir(): string {
    return path.join(this.#plan.dir, 'work', this.#placed.target.name);
  }

  async #prepare(): Promise<TargetWorkspace> {
    const { cacheDir, env, source, sandbox, signal, onEvent } = this.#plan;
    const { target } = this.#placed;
    onEvent?.({ type: 'target-preparing', target: target.name });
    const started = performance.now();
    const placed = this.#placed;
    const prepared = await prepareWorkspace({ dir: this.#dir, placed, source, cacheDir, env, sandbox, signal });
    const { workspace, installation } = prepared;
    this.#installation = installation;
    this.preparationMs = performance.now() - started;
    return workspace;
  }

  async #take(): Promise<TakenBaseline> {
    const { dir, cacheDir, useCache } = this.#plan;
    let taken: TakenBaseline | undefined;
    const stored = await onceFor(this.#key, [dir, cacheDir], {
      ...{ name: 'baselines', schema: storedBaselineSchema, useCache },
      find: async () => {
        const workspace = await this.workspace();
        const started = performance.now();
        taken = await takeBaseline(workspace);
        this.#baselineMs = performance.now() - started;
        return packBaseline(taken);
      },
    });
    return taken ?? unpackBaseline(stored);
  }
}
