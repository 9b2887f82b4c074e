import { z } from 'zod';
import { limitsSchema } from '../goal/events.js';
import { safeUrlSchema } from '../secret/safe-url.js';
import { secretReferenceSchema, secretsSchema } from '../secret/source.js';

const seconds = z
  .number()
  .positive()
  .max(7 * 24 * 3600);

const ownFile = z.string().regex(/^(?:\/|~\/)./, 'must be an absolute path, or one that starts with ~/');

/** A model provider that speaks the OpenAI Responses API. */
export const providerSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, 'must be lower-case letters, digits, dashes and underscores'),
  name: z.string().min(1).optional(),
  /** Up to and with the version, e.g. `https://api.openai.com/v1`. */
  baseUrl: safeUrlSchema,
  /** Name of the environment variable that holds the key; none is sent when absent. */
  apiKeyEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable')
    .optional(),
  /** The key as one of `secrets`; instead of `apiKeyEnv`. */
  apiKey: secretReferenceSchema.optional(),
  /** How often a refused request is sent again; the defaults of Codex and of the roles when absent. */
  requestMaxRetries: z.number().int().nonnegative().max(100).optional(),
  /** How often a broken stream is taken up again. */
  streamMaxRetries: z.number().int().nonnegative().max(100).optional(),
});

/** The format of `codex-orch.config.json`. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  codex: z
    .strictObject({
      /** Absolute path of the Codex to use. */
      path: z.string().optional(),
      driver: z.enum(['auto', 'app-server', 'mcp-server', 'exec']).optional(),
      model: z.string().min(1).optional(),
      sandbox: z.enum(['read-only', 'workspace-write']).optional(),
      approvalPolicy: z.enum(['untrusted', 'on-request', 'never']).optional(),
      idleTimeoutSeconds: seconds.optional(),
    })
    .optional(),
  model: z
    .strictObject({
      provider: providerSchema
        .refine(({ apiKey, apiKeyEnv }) => apiKey === undefined || apiKeyEnv === undefined, {
          error: 'takes one of apiKey and apiKeyEnv, not both',
        })
        .optional(),
      /** What answers for planner, reviewer and manager: the provider's API, or Codex itself, read-only. */
      roles: z.enum(['auto', 'api', 'codex']).optional(),
      name: z.string().min(1).optional(),
      timeoutSeconds: seconds.optional(),
    })
    .optional(),
  tests: z
    .strictObject({
      /** Commands as argument arrays; detected when absent. */
      commands: z.array(z.array(z.string().min(1)).min(1)).optional(),
      /** Whether a goal may be accepted without any test having run. */
      required: z.boolean().optional(),
      timeoutSeconds: seconds.optional(),
      /** Whether the checkout's ignored dependency folders are made visible to the work tree. */
      dependencies: z.enum(['link', 'none']).optional(),
      /** Whether test commands must run inside Codex's sandbox. `off`: as the user, with all the user may do. */
      sandbox: z.enum(['required', 'off']).optional(),
      /** Whether sandboxed test commands may use the network and the machine's local services. */
      network: z.boolean().optional(),
      /** What becomes of new findings of lint rules in changed files: told to the reviewer, or a failure. */
      lint: z.enum(['off', 'report', 'fail']).optional(),
    })
    .optional(),
  assets: z
    .strictObject({
      /** Which assets of the library a plan may use: those that are proven, candidates too, or none. */
      offer: z.enum(['none', 'proven', 'candidate']).optional(),
      /** Index files beside the one that comes with the program. Their code is run. */
      indexes: z.array(ownFile).max(20).optional(),
    })
    .optional(),
  limits: limitsSchema.partial().optional(),
  /** Where secrets come from; their values are in no configuration. */
  secrets: secretsSchema.optional(),
  approvals: z
    .strictObject({
      /** What happens when Codex asks to leave its sandbox. */
      elevation: z.enum(['ask', 'deny']).optional(),
      /** How long the command waits for the answer to an elevation before it exits; the request stays open. */
      timeoutSeconds: seconds.optional(),
      /**
       * How long Codex is kept alive, in minutes, while an elevation waits and no process of ours runs. 0: Codex ends with the command,
       * and once there is an answer the turn is repeated from its thread.
       */
      holdMinutes: z
        .number()
        .int()
        .nonnegative()
        .max(7 * 24 * 60)
        .optional(),
    })
    .optional(),
  cloud: z
    .strictObject({
      /** Which environment of Codex Cloud a repository is worked on in. */
      environments: z
        .array(
          z.strictObject({
            /** Its id or its label, as `codex cloud exec --env` takes it. */
            id: z.string().trim().min(1),
            /** `owner/name` on GitHub. */
            repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'must be owner/name, as on GitHub'),
          }),
        )
        .max(200)
        .optional(),
      /** How many attempts are made at a task, of which the best is taken. */
      attempts: z.number().int().min(1).max(4).optional(),
      /** How long a task may take. */
      timeoutMinutes: z
        .number()
        .positive()
        .max(7 * 24 * 60)
        .optional(),
    })
    .optional(),
  /** Where a summary of each run that ended is sent. */
  cloudSync: z
    .strictObject({
      enabled: z.boolean().optional(),
      /** An endpoint that takes a POST. */
      url: safeUrlSchema.optional(),
      /** A folder of the user's own, instead of an endpoint. */
      folder: ownFile.optional(),
      /** One of `secrets`, sent as a bearer token. */
      token: secretReferenceSchema.optional(),
    })
    .refine(({ url, folder }) => url === undefined || folder === undefined, {
      error: 'takes one of url and folder, not both',
    })
    .refine(({ enabled, url, folder }) => enabled !== true || url !== undefined || folder !== undefined, {
      path: ['enabled'],
      message: 'needs a url or a folder to send summaries to',
    })
    .optional(),
  signing: z
    .strictObject({
      /** The SSH key that signs decisions and the ends of runs; a .pub file when an ssh-agent holds the key. */
      key: ownFile.optional(),
      /** Who may sign with which key, as git's `gpg.ssh.allowedSignersFile`. */
      allowedSigners: ownFile.optional(),
      /** Whether only signed approvals count. */
      require: z.boolean().optional(),
    })
    .refine(({ require, allowedSigners }) => require !== true || allowedSigners !== undefined, {
      path: ['require'],
      message: 'needs signing.allowedSigners, as a signature that nobody is listed for proves nothing',
    })
    .optional(),
});

export type Config = z.infer<typeof configSchema>;
export type ModelProviderConfig = z.infer<typeof providerSchema>;

type Definite<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> };
type Known = { readonly [K in keyof Config]-?: Readonly<NonNullable<Config[K]>> };

/** A configuration with every default filled in. */
export interface ResolvedConfig {
  readonly codex: Known['codex'] &
    Definite<Pick<Known['codex'], 'driver' | 'sandbox' | 'approvalPolicy' | 'idleTimeoutSeconds'>>;
  readonly model: Known['model'] & Definite<Pick<Known['model'], 'roles' | 'timeoutSeconds'>>;
  readonly tests: Known['tests'] &
    Definite<Pick<Known['tests'], 'required' | 'timeoutSeconds' | 'dependencies' | 'sandbox' | 'network' | 'lint'>>;
  readonly assets: Definite<Known['assets']>;
  readonly limits: Definite<Known['limits']>;
  readonly approvals: Definite<Known['approvals']>;
  readonly cloud: Definite<Known['cloud']>;
  readonly cloudSync: Known['cloudSync'] & Definite<Pick<Known['cloudSync'], 'enabled'>>;
  readonly secrets: Known['secrets'];
  readonly signing: Known['signing'] & Definite<Pick<Known['signing'], 'require'>>;
}

/** What holds where nobody says otherwise. */
export const defaultConfig: ResolvedConfig = {
  codex: { driver: 'auto', sandbox: 'workspace-write', approvalPolicy: 'on-request', idleTimeoutSeconds: 300 },
  model: { roles: 'auto', timeoutSeconds: 180 },
  tests: {
    required: true,
    timeoutSeconds: 900,
    dependencies: 'link',
    sandbox: 'required',
    network: false,
    lint: 'report',
  },
  assets: { offer: 'proven', indexes: [] },
  limits: { tokens: 2_000_000, turns: 60, minutes: 60, revisions: 2, replans: 1 },
  approvals: { elevation: 'ask', timeoutSeconds: 600, holdMinutes: 0 },
  cloud: { environments: [], attempts: 1, timeoutMinutes: 180 },
  cloudSync: { enabled: false },
  secrets: {},
  signing: { require: false },
};
