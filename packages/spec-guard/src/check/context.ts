import { canonicalJson } from '@codex-orch/core';
import { parseSigners, type Signers } from '../approval/signatures.js';
import { standingOf } from '../approval/standing.js';
import { CoverIndex } from '../covers/cover-index.js';
import { compileGlobs, globProblem } from '../covers/glob.js';
import { defaultPolicy } from '../policy/plain-policy.js';
import { readPolicy } from '../policy/read-policy.js';
import type { Policy } from '../policy/policy.js';
import { type ParsedRegistry, registryOf } from '../registry/read-registry.js';
import type { Registry, SpecEntry } from '../registry/registry.js';
import { authorsOf } from './authors.js';
import type { ChangedPath, CheckInput } from './check-input.js';
import { guardPaths } from './guard-paths.js';
import type { ParsedFile } from './json-file.js';
import type { Readers } from './readers.js';
import { SpecFacts } from './spec-facts.js';
import { readWaivers, type Waivers, type WaiverSource } from './waivers.js';

/** Everything that rules look at, worked out once. */
export interface CheckContext {
  readonly input: CheckInput;
  readonly readers: Readers;
  readonly at: number;
  readonly policy: Policy;
  readonly parsedPolicy: ParsedFile<Policy>;
  readonly signers: Signers;
  /** Undefined when there is no index. */
  readonly index: ParsedRegistry | undefined;
  /** Undefined when there is no index, or a broken one. */
  readonly registry: Registry | undefined;
  readonly baseRegistry: Registry | undefined;
  readonly specs: readonly SpecFacts[];
  /** The specs that this check has something to say about. */
  readonly inScope: readonly SpecFacts[];
  /** Changed paths that no spec governs, and that are not exempt. */
  readonly ungoverned: readonly ChangedPath[];
  /** Changed paths whose last spec this change takes away, with the ids of the specs that covered them. */
  readonly released: ReadonlyMap<string, readonly string[]>;
  readonly isFull: boolean;
  readonly waivers: Waivers;
  readonly ruleOf: WaiverSource['ruleOf'];
}

const own: ReadonlySet<string> = new Set(Object.values(guardPaths));

/** Works out what the rules look at. `ruleOf` finds a rule by its code or name. */
export function createContext(input: CheckInput, ruleOf: WaiverSource['ruleOf'], readers: Readers): CheckContext {
  const { at, changes, base } = input;
  const parsedPolicy = readPolicy(base.policy, readers.policy);
  const policy = parsedPolicy.value ?? defaultPolicy;
  const signers = parseSigners(base.allowedSigners);
  const index = input.index && registryOf(input.index, readers.registry);
  const registry = index?.registry;
  const isSame = input.index !== undefined && input.index.text === base.index?.text;
  const baseRegistry = isSame ? registry : base.index && registryOf(base.index, readers.registry).registry;
  let known: ReadonlySet<string> | undefined;

  const entries = byPath(registry);
  const baseEntries = isSame ? entries : byPath(baseRegistry);
  const changed = new Set((changes ?? []).flatMap(({ path, from }) => (from === undefined ? [path] : [path, from])));
  const specs = input.specs.map(
    (file) =>
      new SpecFacts(file, entries.get(file.path), baseEntries.get(file.path), readers.yaml, (facts, entry) =>
        standingOf(facts.id ?? entry.id, facts.sha256, entry, {
          policy,
          signers: signers.signers,
          at,
          authors: authorsOf(facts.path, changed, input.commits),
          isKnown: (record) => changes === undefined || (known ??= recordsOf(baseRegistry)).has(canonicalJson(record)),
        }),
      ),
  );
  const covers = new CoverIndex<SpecFacts>();
  if (changes)
    for (const facts of specs) {
      // A retired spec governs nothing.
      if (facts.peek.status !== 'retired') for (const glob of facts.peek.covers) covers.add(glob, facts);
    }
  const isExempt = compileGlobs(policy.exempt);
  const ungoverned: ChangedPath[] = [];
  for (const change of changes ?? []) {
    if (isOwn(change.path) || isExempt(change.path)) continue;
    const owners = new Set(covers.ownersOf(change.path));
    // What leaves the paths of a spec concerns that spec.
    if (change.from !== undefined && !isExempt(change.from))
      for (const owner of covers.ownersOf(change.from)) owners.add(owner);
    for (const owner of owners) owner.governs.push(change.path);
    if (owners.size === 0) ungoverned.push(change);
  }
  for (const facts of specs) {
    facts.isTouched =
      changed.has(facts.path) || (changes !== undefined && !isSame && !isEqual(facts.entry, facts.baseEntry));
    facts.isInScope = changes === undefined || facts.isTouched || facts.governs.length > 0;
  }
  const inScope = specs.filter(({ isInScope }) => isInScope);
  return {
    input,
    readers,
    at,
    policy,
    parsedPolicy,
    signers,
    index,
    registry,
    baseRegistry,
    specs,
    inScope,
    ungoverned,
    released: releasedPaths(ungoverned, baseRegistry),
    isFull: changes === undefined,
    waivers: readWaivers({ input, readers, policy, signers, specs: inScope.map(({ file }) => file), ruleOf }),
    ruleOf,
  };
}

const isOwn = (path: string): boolean => own.has(path) || path.startsWith(guardPaths.specs);

const byPath = (registry: Registry | undefined): ReadonlyMap<string, SpecEntry> => {
  const entries = new Map<string, SpecEntry>();
  for (const entry of registry?.specs ?? []) if (!entries.has(entry.path)) entries.set(entry.path, entry);
  return entries;
};

const isEqual = (a: unknown, b: unknown): boolean =>
  JSON.stringify(a) === JSON.stringify(b) || canonicalJson(a) === canonicalJson(b);

/** The texts of all records that a registry holds. */
const recordsOf = (registry: Registry | undefined): ReadonlySet<string> =>
  new Set((registry?.specs ?? []).flatMap(({ approvals, reviews }) => [...approvals, ...reviews].map(canonicalJson)));

/** A path that is deleted needs no spec any more. */
function releasedPaths(
  ungoverned: readonly ChangedPath[],
  base: Registry | undefined,
): ReadonlyMap<string, readonly string[]> {
  const released = new Map<string, readonly string[]>();
  const active = (base?.specs ?? []).filter(({ status }) => status !== 'retired');
  if (ungoverned.length === 0 || active.length === 0) return released;
  const covers = new CoverIndex<string>();
  for (const { id, covers: globs } of active)
    for (const glob of globs) if (globProblem(glob) === undefined) covers.add(glob, id);
  for (const { path, status } of ungoverned) {
    const owners = status === 'deleted' ? [] : covers.ownersOf(path);
    if (owners.length > 0) released.set(path, owners);
  }
  return released;
}
