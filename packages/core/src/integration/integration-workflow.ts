import type { Ctx, Workflow } from '../engine/engine.js';
import type { Json } from '../engine/json.js';
import type { TestReport } from '../role/outputs.js';
import type { Repository } from '../workspace/repository.js';
import type { Workspace } from '../workspace/workspace.js';
import type { BaseSource } from './approved-change.js';
import { type IntegrationInput, integrationInputSchema, type IntegrationRecord } from './integration-record.js';
import { IntegrationRun } from './integration-run.js';

/** What is known of the approval of a run. */
export type Approved =
  | {
      readonly ok: true;
      /** Absolute path of the diff. */
      readonly file: string;
      readonly baseIn?: BaseSource | undefined;
      /** Who approved it, and when. */
      readonly author: { readonly name: string; readonly email: string };
      readonly at: string;
    }
  | { readonly ok: false; readonly code: string; readonly message: string };

export interface TestTree {
  /** Its tree holds the files to test. */
  readonly workspace: Workspace;
  readonly commands: readonly (readonly string[])[];
  /** Where the logs go, relative to the folder of the integration: `tests/3`. */
  readonly logPrefix: string;
  readonly signal: AbortSignal;
}

/** Something that happened, for people to follow. */
export type IntegrationProgress =
  | { readonly type: 'started'; readonly base: string; readonly tries: number }
  | { readonly type: 'decided'; readonly run: IntegrationRecord['runs'][number] }
  | { readonly type: 'testing'; readonly number: number; readonly runs: readonly string[] }
  | { readonly type: 'tested'; readonly number: number; readonly passed: boolean }
  | { readonly type: 'base-moved' };

/** What an integration needs from the world. */
export interface IntegrationServices {
  readonly repository: Repository;
  /** Absolute path of the folder of the record. */
  readonly dir: string;
  /** Opens the work tree, making it when it is not there. */
  openWorkspace(commit: string, signal: AbortSignal): Promise<Workspace>;
  /** Looks again whether the diff of a run is approved by a human, and its approval counts. */
  approved(run: IntegrationInput['runs'][number]): Promise<Approved>;
  /** The test commands of a work tree; none where untested work is allowed. Throws where there have to be some. */
  commands(workspace: Workspace): Promise<readonly (readonly string[])[]>;
  runTests(tests: TestTree): Promise<TestReport>;
  readonly onProgress?: ((progress: IntegrationProgress) => void) | undefined;
}

/** The path of an integration as a durable workflow; it returns its record. */
export function createIntegrationWorkflow(services: IntegrationServices): Workflow<IntegrationInput & Json, Json> {
  return {
    name: 'integration',
    run: async (ctx: Ctx, input: IntegrationInput): Promise<Json> =>
      new IntegrationRun(ctx, integrationInputSchema.parse(input), services).toEnd(),
  };
}
