import type { Position } from '../check/position.js';

/** What a spec's life looks like. */
export const specStatuses = [
  'draft',
  'planned',
  'in-review',
  'approved',
  'in-progress',
  'done',
  'rejected',
  'retired',
] as const;
export type SpecStatus = (typeof specStatuses)[number];

export const specRisks = ['low', 'medium', 'high', 'critical'] as const;
export type SpecRisk = (typeof specRisks)[number];

/** The fields of the front matter, in the order in which they are written. */
export const specFields = ['id', 'title', 'status', 'relates_to', 'owners', 'covers', 'last_review', 'risk'] as const;
export type SpecField = (typeof specFields)[number];

/** What the front matter of a spec says. */
export interface MiniSpec {
  readonly id: string;
  readonly title: string;
  readonly status: SpecStatus;
  /** Ids of tasks and specs. */
  readonly relates_to: readonly string[];
  readonly owners: readonly string[];
  /** Globs of the paths that the spec governs. */
  readonly covers: readonly string[];
  /** `YYYY-MM-DD`; a spec that nobody has reviewed yet has none. */
  readonly last_review: string | undefined;
  readonly risk: SpecRisk;
}

/** The statuses that say: work may go on. Whether that is true is for the approvals to tell. */
const liveStatuses: ReadonlySet<SpecStatus> = new Set(['approved', 'in-progress', 'done']);
export const isLive = (status: SpecStatus): boolean => liveStatuses.has(status);

/** The statuses before anybody was asked. */
export const isUnborn = (status: SpecStatus): boolean => status === 'draft' || status === 'planned';

export type FieldPositions = Readonly<Partial<Record<SpecField, Position>>>;
