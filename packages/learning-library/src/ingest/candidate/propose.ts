import { type Change, isStatementGap, unitsAt } from '../edit/unit.js';
import { type Cluster, clusterUnits, flawOf, type Occurrence } from '../pattern/cluster.js';
import type { ChangedProgram } from '../source/changed-program.js';
import type { ChangedFile } from '../source/changed-file.js';
import type { ProgramReader } from '../syntax/parse-program.js';
import { buildCodemod } from './build-codemod.js';
import { buildRules } from './build-rule.js';
import { buildTemplates } from './build-template.js';
import type { Candidate, DeclinedGroup } from './candidate.js';
import { showPattern, titleOf } from './describe.js';

export interface Thresholds {
  /** How many edits there have to be. */
  readonly minOccurrences: number;
  /** How many runs or diffs they have to be from. */
  readonly minOrigins: number;
}

export interface Proposal {
  /** The best first. */
  readonly candidates: readonly Candidate[];
  readonly declined: readonly DeclinedGroup[];
  /** Edits that are the same, with the candidate that makes them if there is one. */
  readonly repeats: readonly Repeat[];
}

export interface Repeat {
  readonly candidate: string | undefined;
  readonly title: string;
  readonly occurrences: readonly Occurrence[];
}

/** How far an edit is widened until what is learned from it holds. */
const WIDEST = 2;

/** Groups edits, and makes a candidate of each group that keeps what it promises: from the smallest edits to those with more around them. */
export function propose(
  reader: ProgramReader,
  programs: readonly ChangedProgram[],
  added: readonly ChangedFile[],
  thresholds: Thresholds,
): Proposal {
  const candidates: Candidate[] = [];
  const repeats: Repeat[] = [];
  const done = new Set<Change>();
  const declined: { group: DeclinedGroup; cluster: Cluster; changes: readonly Change[] }[] = [];
  for (let level = 0; level <= WIDEST; level++) {
    const occurrences = programs.flatMap((file) => {
      const left = file.changes.filter((change) => !done.has(change) && !isStatementGap(change));
      return unitsAt(level, left, file.changes, reader.remake).map((unit): Occurrence => ({ unit, file }));
    });
    const clusters = clusterUnits(occurrences);
    const partners = clusters.filter(isDeclaring);
    // What an import brings is learned with what uses it, so imports come last.
    for (const cluster of [
      ...clusters.filter((item) => !isDeclaring(item)),
      ...partners.filter((item) => !isBookkeeping(item)),
    ]) {
      if (!isFrequent(cluster.occurrences, thresholds)) continue;
      if (cluster.occurrences.some(({ unit }) => unit.changes.some((change) => done.has(change)))) continue;
      const built = buildCodemod(reader, cluster, partners, thresholds.minOrigins);
      if (typeof built === 'string') {
        const pattern = showPattern(cluster.generalization);
        const origins = originsOf(cluster.occurrences);
        const group = { pattern, occurrences: cluster.occurrences.length, origins, reason: built };
        declined.push({ group, cluster, changes: cluster.occurrences.flatMap(({ unit }) => unit.changes) });
        continue;
      }
      candidates.push(built.candidate);
      repeats.push({ candidate: built.candidate.id, title: built.candidate.title, occurrences: cluster.occurrences });
      for (const { unit } of [...built.covers, ...cluster.occurrences])
        for (const change of unit.changes) done.add(change);
    }
  }
  const left = programs.map((file) => ({ file, changes: file.changes.filter((change) => !done.has(change)) }));
  for (const { candidate, covers } of buildRules(reader, left, thresholds)) {
    candidates.push(candidate);
    repeats.push({ candidate: candidate.id, title: candidate.title, occurrences: covers });
    for (const { unit } of covers) for (const change of unit.changes) done.add(change);
  }
  candidates.push(...buildTemplates(reader, added, thresholds));
  const open = declined.filter(({ changes }) => !changes.some((change) => done.has(change)));
  const counted = new Set<Change>();
  for (const { group, cluster, changes } of open) {
    // The same edits may have been tried with more around them.
    if (flawOf(cluster.generalization) !== undefined || changes.some((change) => counted.has(change))) continue;
    for (const change of changes) counted.add(change);
    repeats.push({ candidate: undefined, title: titleOf(group.pattern), occurrences: cluster.occurrences });
  }
  return {
    candidates: candidates.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)),
    declined: [...new Map(open.map(({ group }) => [JSON.stringify([group.pattern, group.reason]), group])).values()],
    repeats,
  };
}

const isDeclaring = ({ occurrences: [first] }: Cluster): boolean =>
  /^(Import|Variable)Declaration$/.test(first?.unit.before.type ?? '') && first?.unit.before.parent?.type === 'Program';

/** Whether only the list of imported names changes, which has to follow what uses them. */
const isBookkeeping = ({ generalization: { before, after } }: Cluster): boolean =>
  after !== null &&
  'type' in before &&
  'type' in after &&
  before.type === 'ImportDeclaration' &&
  after.type === 'ImportDeclaration' &&
  JSON.stringify(before.fields?.['source']) === JSON.stringify(after.fields?.['source']);

export const originsOf = (occurrences: readonly Occurrence[]): string[] => [
  ...new Set(occurrences.map(({ file }) => file.file.origin.id)),
];

export const isFrequent = (occurrences: readonly Occurrence[], { minOccurrences, minOrigins }: Thresholds): boolean =>
  occurrences.length >= minOccurrences && originsOf(occurrences).length >= minOrigins;
