import type { Change } from '../edit/unit.js';
import type { Term } from '../engine/term.js';
import type { Occurrence } from '../pattern/cluster.js';
import type { ChangedProgram } from '../source/changed-program.js';
import type { CandidateExample } from './candidate.js';

/**
 * One file with the edits of a candidate only, in the words of the diff. Undefined where the diff mixes them with other edits so that
 * they cannot be taken apart.
 */
export function fixtureOf(
  file: ChangedProgram,
  occurrences: readonly Occurrence[],
  declarations: readonly Term[],
): CandidateExample | undefined {
  const units = occurrences.map(({ unit }) => unit);
  const own = new Set<Change>(units.flatMap(({ changes }) => changes));
  for (const change of file.changes)
    if (
      change.what.how === 'gap' &&
      change.what.removed.length === 0 &&
      change.what.added.every((term) => declarations.some(({ key }) => key === term.key))
    )
      own.add(change);
  const { file: source } = file;
  const common = {
    path: source.path,
    before: source.before ?? '',
    origin: source.origin.id,
    sha256: source.origin.sha256,
    isFragment: source.isFragment,
    edits: units.length,
  };
  if (file.changes.every((change) => own.has(change))) return { ...common, after: source.after, isPart: false };

  const outermost = units.filter((unit) => !units.some((other) => other !== unit && holds(other.before, unit.before)));
  const edits: { start: number; end: number; text: string }[] = [];
  for (const { before, written } of outermost) {
    const isMixed = file.changes.some(
      (change) => !own.has(change) && change.around.some((pair) => pair.before === before),
    );
    if (isMixed) return undefined;
    edits.push({ start: before.start, end: before.end, text: written.source.slice(written.start, written.end) });
  }
  for (const declaration of declarations) {
    const at = placeOf(declaration, file);
    if (at === undefined) return undefined;
    edits.push(at);
  }
  edits.sort((a, b) => a.start - b.start);
  let after = '';
  let at = 0;
  for (const { start, end, text } of edits) {
    if (start < at) return undefined;
    after += common.before.slice(at, start) + text;
    at = end;
  }
  return { ...common, after: after + common.before.slice(at), isPart: true };
}

const holds = (outer: Term, inner: Term): boolean => outer.start <= inner.start && outer.end >= inner.end;

/** Behind the statement that it follows in the diff. */
function placeOf(
  declaration: Term,
  { before, after }: ChangedProgram,
): { start: number; end: number; text: string } | undefined {
  const now = (after.fields['body'] ?? []) as readonly Term[];
  const old = (before.fields['body'] ?? []) as readonly Term[];
  const index = now.findIndex(({ key }) => key === declaration.key);
  if (index < 0) return undefined;
  const text = declaration.source.slice(declaration.start, declaration.end);
  const eol = before.source.includes('\r\n') ? '\r\n' : '\n';
  for (let at = index - 1; at >= 0; at--) {
    const previous = old.find(({ key }) => key === now[at]?.key);
    if (previous !== undefined) return { start: previous.end, end: previous.end, text: eol + text };
  }
  const start = /^#!.*\r?\n/.exec(before.source)?.[0].length ?? 0;
  return { start, end: start, text: text + eol };
}
