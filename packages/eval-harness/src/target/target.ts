import { z } from 'zod';
import { codeCheckSchema } from '../code-check/code-check.js';

const relative = z
  .string()
  .min(1)
  .regex(/^(?!\/|.*(?:^|\/)\.\.(?:\/|$))/, 'must be a path inside the target, without ".."');

/** Files of a target. */
const eachFileSchema = z.strictObject({
  folder: relative,
  endsWith: z.string().min(1),
  recursive: z.boolean().default(false),
  except: z.array(z.string()).default([]),
});

const reporterSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['tap', 'mocha-json', 'lab-json', 'vows-json', 'vitest-json']) }),
  z.strictObject({
    kind: z.literal('lines'),
    /** Regular expressions over a line without colours; the first group is the name of the test. */
    passed: z.string(),
    failed: z.string(),
  }),
]);

const testCommandSchema = z.strictObject({
  /**
   * `{files}` stands for all files of `each`; with `{file}` the command is run once for each of them. The program `node` is the Node
   * that runs the harness.
   */
  command: z.array(z.string()).min(1),
  each: z.array(eachFileSchema).optional(),
  reporter: reporterSchema,
});

export const countsSchema = z.strictObject({
  passed: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  skipped: z.int().nonnegative(),
});

const npmOriginSchema = z.strictObject({
  kind: z.literal('npm'),
  package: z.string().regex(/^(?:@[\w.~-]+\/)?[\w.~][\w.~-]*$/, 'must be the name of a package'),
  /** Versions that have what it is here for, as a range like `3.x`; a release outside of it is no news. All without it. */
  follow: z
    .string()
    .regex(/^[\w.^~<>=| *-]+$/, 'must be a range of versions')
    .optional(),
  /** Of the tarball, as the registry states it. */
  integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/),
});

const gitOriginSchema = z.strictObject({
  kind: z.literal('git'),
  url: z.string().regex(/^(?:https:\/\/[^@/\s]+\/|file:\/\/\/)\S+$/, 'must be https:// or file://, without a login'),
  commit: z
    .string()
    .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be the full id of a commit, as branches and tags can move'),
});

/** One open-source package whose published tarball, or whose repository, carries its sources and tests. */
export const targetSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  /** Of a git origin: what people call the commit, its tag for instance. */
  version: z.string().min(1),
  origin: z.discriminatedUnion('kind', [npmOriginSchema, gitOriginSchema]),
  /** Of the unpacked or checked out files, see `hashTree`. */
  tree: z.string().regex(/^sha256-[0-9a-f]{64}$/),
  /** Of the folder `targets/<name>` beside the list: what is installed, and what is laid over the target. */
  config: z.string().regex(/^sha256-[0-9a-f]{64}$/),
  licence: z.string().min(1),
  traits: z.array(z.string()).min(1),
  /** Whether it is in the small set that is soon done. */
  quick: z.boolean().default(false),
  /** Where assets are applied: folders and files. Its tests are not among them, as they judge. */
  sources: z.strictObject({
    include: z.array(relative).min(1),
    exclude: z.array(relative).default([]),
    extensions: z.array(z.string().startsWith('.')).min(1),
  }),
  /** Run in the sandbox once after the installation, e.g. to make keys that the tests want. */
  setup: z.array(z.array(z.string()).min(1)).default([]),
  tests: z.array(testCommandSchema).min(1),
  /** Its own lint and typecheck, where it has them. */
  lint: codeCheckSchema.optional(),
  typecheck: codeCheckSchema.optional(),
  timeoutSeconds: z.int().positive().default(120),
  /** Why it cannot be told which lines the tests execute. */
  noCoverage: z.string().optional(),
  baseline: countsSchema,
  refreshedAt: z.iso.date(),
  refreshDays: z.int().positive().default(90),
});

/** The form of `targets.json`. */
export const targetsFileSchema = z.strictObject({
  $schema: z.string().optional(),
  schemaVersion: z.literal(1),
  targets: z.array(targetSchema).min(1),
});

export type Target = z.infer<typeof targetSchema>;
export type NpmOrigin = z.infer<typeof npmOriginSchema>;
export type GitOrigin = z.infer<typeof gitOriginSchema>;
export type TestCommand = z.infer<typeof testCommandSchema>;
export type Reporter = z.infer<typeof reporterSchema>;
export type Counts = z.infer<typeof countsSchema>;
