import { z } from 'zod';

const count = z.number().int().nonnegative();

/** How much of each list is recorded; the counts tell of the rest. */
const maxListed = 200;
const maxMessage = 500;

const declineSchema = z.strictObject({
  path: z.string(),
  /** From 1. */
  line: z.number().int().positive(),
  /** From 1. */
  column: z.number().int().positive(),
  /** Stable name of the reason. */
  reason: z.string(),
  message: z.string(),
});

const failureSchema = z.strictObject({ path: z.string(), code: z.string(), message: z.string() });

/** What an asset did, cut to what people and reviewers can read. */
export const assetReportSchema = z.strictObject({
  applicationId: z.string(),
  /** Files that were changed. */
  changedCount: count,
  changed: z.array(z.string()),
  /** Places that it left alone because it could not be sure. */
  declinedCount: count,
  declined: z.array(declineSchema),
  /** Files on which it failed, and which it left as they were. */
  failedCount: count,
  failures: z.array(failureSchema),
});

export type AssetDecline = Readonly<z.infer<typeof declineSchema>>;
export type AssetFailure = Readonly<z.infer<typeof failureSchema>>;
export type AssetReport = Readonly<z.infer<typeof assetReportSchema>>;

/** All that an application of an asset did. */
export interface AssetApplication {
  readonly applicationId: string;
  /** Of the asset that was applied. */
  readonly digest: string;
  /** Paths below the root, with slashes. */
  readonly changed: readonly string[];
  readonly declined: readonly AssetDecline[];
  readonly failures: readonly AssetFailure[];
}

const short = <T extends { readonly message: string }>(item: T): T => ({
  ...item,
  message: item.message.slice(0, maxMessage),
});

/** The report of an application: its lists cut, its counts whole. */
export const reportOf = ({ applicationId, changed, declined, failures }: AssetApplication): AssetReport => ({
  applicationId,
  changedCount: changed.length,
  changed: changed.slice(0, maxListed),
  declinedCount: declined.length,
  declined: declined.slice(0, maxListed).map(short),
  failedCount: failures.length,
  failures: failures.slice(0, maxListed).map(short),
});
