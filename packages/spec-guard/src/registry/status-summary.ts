import { daysSince, deadlinesOf } from '../policy/deadlines.js';
import type { Policy } from '../policy/policy.js';
import { isLive, type SpecStatus } from '../spec/mini-spec.js';
import type { Registry } from './registry.js';
import { contentSha256 } from '../spec/content.js';
import { parseSpec } from '../spec/parse-spec.js';
import { standingOf } from '../approval/standing.js';
import type { SpecText } from './spec-entry.js';

/** One spec, as a list of all shows it. */
export interface SpecSummary {
  readonly id: string;
  readonly path: string;
  readonly title: string;
  readonly status: SpecStatus | 'malformed' | 'missing';
  readonly last_review: string | undefined;
  /** Days until the review is due; negative when it is overdue. */
  readonly dueInDays: number | undefined;
  /** What was decided about the content that it has now. */
  readonly approval: 'none' | 'approved' | 'rejected' | 'stale';
  readonly approvedBy: readonly string[];
}

/** How all specs of a registry stand. Signatures are not looked at: that is the check's work. */
export function statusSummary(
  registry: Registry,
  files: readonly SpecText[],
  { policy, at }: { readonly policy: Policy; readonly at: number },
): readonly SpecSummary[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  return registry.specs.map((entry): SpecSummary => {
    const text = texts.get(entry.path);
    const { spec, fields } = text === undefined ? { spec: undefined, fields: {} } : parseSpec(text);
    const day = spec?.last_review ?? fields.last_review;
    const standing = standingOf(entry.id, text === undefined ? '' : contentSha256(text), entry, {
      policy: { ...policy, approvals: { ...policy.approvals, signatures: 'optional' } },
      signers: undefined,
      at,
      authors: new Set(),
      isKnown: () => true,
    });
    const { counted, rejected, earlier } = standing;
    const status = spec?.status ?? (text === undefined ? 'missing' : 'malformed');
    return {
      id: entry.id,
      path: entry.path,
      title: fields.title ?? entry.title ?? '',
      status,
      last_review: day,
      dueInDays:
        day === undefined || !spec || !isLive(spec.status)
          ? undefined
          : deadlinesOf(policy, spec).reviewDays - daysSince(day, at),
      approval: rejected ? 'rejected' : counted.length > 0 ? 'approved' : earlier ? 'stale' : 'none',
      approvedBy: counted.map(({ by }) => by.email || by.name),
    };
  });
}
