import type { Baseline } from '../baseline/baseline-schema.js';
import type { ReadOverrides } from '../override/read-overrides.js';
import type { Policy } from '../policy/policy.js';
import type { Registry } from '../registry/registry.js';
import type { ReadYaml } from '../spec/read-spec.js';
import type { SourceFile } from './check-input.js';

/** What a schema says of JSON. */
export type Judgement<T> = { readonly value: T } | { readonly issues: readonly Issue[] };

export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export type Judge<T> = (json: unknown) => Judgement<T>;

/**
 * Reads whatever is not plainly right, with libraries that take longer to load than most checks take. What is plain never gets
 * here, so a check that finds nothing odd needs none of them.
 */
export interface Readers {
  readonly yaml: ReadYaml;
  readonly registry: Judge<Registry>;
  readonly policy: Judge<Policy>;
  readonly baseline: Judge<Baseline>;
  readonly overrides: (file: SourceFile) => ReadOverrides;
}
