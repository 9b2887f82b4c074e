import { z } from 'zod';
import { safeUrlSchema } from './safe-url.js';

/** What a secret is called in configuration and where it was redacted. */
const secretNameSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'a letter or underscore, then letters, digits, dots, dashes, underscores');

/** A setting whose value is a secret: its name under `secrets`. */
export const secretReferenceSchema = z.strictObject({ secret: secretNameSchema });

const pathSegments = z
  .string()
  .regex(/^[^/?#]+(\/[^/?#]+)*$/, 'names with "/" between them')
  .refine((text) => !text.split('/').some((name) => name === '.' || name === '..'), 'no "." and no ".."');

/** Where a secret comes from. */
export const secretSourceSchema = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('env'), variable: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/) }),
  z.strictObject({
    from: z.literal('file'),
    /** Absolute, or beginning with `~/`. Only its owner may have any access to it. */
    path: z.string().regex(/^(\/|~\/|[A-Za-z]:[\\/])/, 'an absolute path, or one that begins with "~/"'),
  }),
  z.strictObject({
    from: z.literal('command'),
    /** A program and its arguments, e.g. `["pass", "show", "openai"]`; what it prints is the secret. */
    command: z.array(z.string().min(1)).min(1),
    /** 30 by default. */
    timeoutSeconds: z.number().positive().max(600).optional(),
  }),
  z.strictObject({
    from: z.literal('vault'),
    /** Of a Vault or OpenBao server, e.g. `https://vault.example.org:8200`. */
    addr: safeUrlSchema,
    /** Of the KV engine; `secret` by default. */
    mount: pathSegments.optional(),
    /** Of the KV engine; 2 by default. */
    version: z.literal([1, 2]).optional(),
    path: pathSegments,
    /** The key under which the secret holds the value; `value` by default. */
    field: z.string().min(1).optional(),
    namespace: z.string().min(1).optional(),
    /** The Vault token, itself a secret. */
    token: secretReferenceSchema,
  }),
]);

/** All secrets that a user has configured, by name. */
export const secretsSchema = z.record(secretNameSchema, secretSourceSchema);

export type SecretSource = z.infer<typeof secretSourceSchema>;
export type SecretSources = Readonly<z.infer<typeof secretsSchema>>;
