import type { Agreement } from '../verify/compare-texts.js';

/** One file of a diff as a fixture: what it was, and what it became by the candidate's edit. */
export interface CandidateExample {
  readonly path: string;
  /** For a new file nothing. */
  readonly before: string;
  readonly after: string;
  /** The run's id, or the name of the diff file. */
  readonly origin: string;
  /** SHA-256 of the diff. */
  readonly sha256: string;
  /** Whether these are pieces of the file that the diff showed, and not all of it. */
  readonly isFragment: boolean;
  /** Whether the diff changed more in this file than the candidate does. */
  readonly isPart: boolean;
  /** How many places of the file are changed. */
  readonly edits: number;
}

/** An asset that repeated edits suggest. */
export interface Candidate {
  /** Stable for the same pattern: a word of it, and the start of a digest. */
  readonly id: string;
  readonly title: string;
  readonly kind: 'codemod' | 'rule' | 'template';
  /** As people read it, `$1` for what differs and `...$2` for any number of elements; one for each step. */
  readonly pattern: readonly { readonly before: string; readonly after: string }[];
  readonly examples: readonly CandidateExample[];
  /** Edits in all. */
  readonly occurrences: number;
  /** Runs and diff files that it was made in. */
  readonly origins: readonly string[];
  /** Changed lines that a human or a model would not have to write again. */
  readonly savedLines: number;
  /** `origins` × `savedLines`. */
  readonly score: number;
  /** How the candidate's own output agrees with the diffs; the weakest of all examples. */
  readonly agreement: Agreement;
  /** What whoever completes and reviews it should look at. */
  readonly notes: readonly string[];
  /** Texts of which a file has at least one if it can be changed. */
  readonly prefilter: readonly string[];
  /** The generated module, plain JavaScript. */
  readonly module: string;
}

/** Edits that repeat, but of which no candidate can be made. */
export interface DeclinedGroup {
  readonly pattern: { readonly before: string; readonly after: string };
  readonly occurrences: number;
  readonly origins: readonly string[];
  readonly reason: string;
}
