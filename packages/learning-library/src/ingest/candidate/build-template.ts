import type { TemplatePart, Term } from '../engine/term.js';
import { concreteness } from '../pattern/anchor.js';
import { push } from '../pattern/cluster.js';
import { type Generalization, generalize } from '../pattern/generalize.js';
import { templateOf } from '../pattern/template.js';
import type { ChangedFile } from '../source/changed-file.js';
import type { ProgramReader } from '../syntax/parse-program.js';
import { type Agreement, compareTexts } from '../verify/compare-texts.js';
import type { Candidate, CandidateExample } from './candidate.js';
import { idOf } from './describe.js';
import { templateModule } from './module-text.js';
import type { Thresholds } from './propose.js';

/** How much of a new file has to be the same in all of them. */
const LEAST_COMMON = 0.6;
const SMALLEST = 12;

interface NewFile {
  readonly file: ChangedFile;
  readonly program: Term;
}

/** Makes templates of new files that have the same shape. */
export function buildTemplates(
  reader: ProgramReader,
  added: readonly ChangedFile[],
  { minOccurrences, minOrigins }: Thresholds,
): Candidate[] {
  const kinds = new Map<string, NewFile[]>();
  for (const file of added.slice(0, 1000)) {
    const read = reader.read(file.path, file.after);
    if ('flaw' in read || read.program.size < SMALLEST) continue;
    push(kinds, /(\.[\w]+){1,2}$/.exec(file.path)?.[0] ?? '', { file, program: read.program });
  }
  const groups = [...kinds.values()].flatMap(groupFiles);
  return groups
    .filter(({ length }) => length >= minOccurrences)
    .filter((group) => new Set(group.map(({ file }) => file.origin.id)).size >= minOrigins)
    .map((group) => templateFrom(reader, group))
    .filter((candidate) => candidate !== undefined);
}

function groupFiles(files: readonly NewFile[]): NewFile[][] {
  const groups: NewFile[][] = [];
  for (const file of files) {
    const group = groups.find((known) => known.length < 50 && isAlike([...known, file]));
    if (group === undefined) groups.push([file]);
    else group.push(file);
  }
  return groups;
}

const generalizeFiles = (files: readonly NewFile[]): Generalization =>
  generalize(files.map(({ program }) => ({ before: program, after: null })));

function isAlike(files: readonly NewFile[]): boolean {
  // What is common to all is no larger than the smallest.
  const sizes = files.map(({ program }) => program.size);
  if (Math.min(...sizes) / Math.max(...sizes) < LEAST_COMMON) return false;
  const kept = concreteness(generalizeFiles(files).before);
  return files.every(({ program }) => kept / program.size >= LEAST_COMMON);
}

function templateFrom(reader: ProgramReader, files: readonly NewFile[]): Candidate | undefined {
  const generalization = generalizeFiles(files);
  const written = files.map((_, index) => wholeTemplate(generalization, index, files));
  const index = written.findIndex((parts) => parts !== undefined);
  const parts = written[index];
  if (parts === undefined) return undefined;
  const named = parts.map((part) =>
    typeof part === 'string' ? part : { parameter: `part${'hole' in part ? part.hole : part.rest}` },
  );
  const parameters = [...new Set(named.flatMap((part) => (typeof part === 'string' ? [] : [part.parameter])))];
  let agreement: Agreement = 'bytes';
  const examples: CandidateExample[] = [];
  for (const [at, { file }] of files.entries()) {
    const values = valuesOf(generalization, at, parts);
    const text = named.map((part) => (typeof part === 'string' ? part : (values[part.parameter] ?? ''))).join('');
    const reached = compareTexts(reader, file.path, file.after, text);
    if (reached === undefined) return undefined;
    if (reached !== 'bytes') agreement = 'syntax';
    const { path, after, origin } = file;
    examples.push({
      path,
      before: `${JSON.stringify(values, undefined, 2)}\n`,
      after,
      origin: origin.id,
      sha256: origin.sha256,
      isFragment: false,
      isPart: false,
      edits: 1,
    });
  }
  const origins = [...new Set(files.map(({ file }) => file.origin.id))];
  const savedLines = files.reduce((sum, { file }) => sum + file.after.split('\n').length, 0);
  const title = `Write a file like ${files[index]?.file.path ?? ''}`;
  const shown = {
    before: '',
    after: named.map((part) => (typeof part === 'string' ? part : `{{${part.parameter}}}`)).join(''),
  };
  const notes = ['Name the parameters for what they mean before it is used.'];
  return {
    id: idOf('template', [generalization]),
    title,
    kind: 'template',
    pattern: [shown],
    examples,
    occurrences: files.length,
    origins,
    savedLines,
    score: origins.length * savedLines,
    agreement,
    notes,
    prefilter: [],
    module: templateModule(named, parameters, { title, pattern: [], notes }),
  };
}

/** A program has no blanks and comments around it. */
function wholeTemplate(
  generalization: Generalization,
  index: number,
  files: readonly NewFile[],
): TemplatePart[] | undefined {
  const parts = templateOf(generalization.before, generalization, index);
  const { file, program } = files[index] ?? {};
  if (parts === undefined || file === undefined || program === undefined) return undefined;
  const around = (text: string): string => text.replaceAll('\r\n', '\n');
  return [around(file.after.slice(0, program.start)), ...parts, around(file.after.slice(program.end))].filter(
    (part) => part !== '',
  );
}

/** What an example has where the template has parameters. */
function valuesOf({ origin }: Generalization, index: number, parts: readonly TemplatePart[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [pattern, terms] of origin) {
    const found = terms[index];
    if (found === undefined) continue;
    if ('hole' in pattern) values[`part${pattern.hole}`] = textOf([found as Term]);
    else if ('rest' in pattern) {
      const part = parts.find((item) => typeof item !== 'string' && 'rest' in item && item.rest === pattern.rest);
      const list = found as readonly Term[];
      if (part !== undefined && typeof part !== 'string' && 'rest' in part)
        values[`part${pattern.rest}`] = list.length === 0 ? '' : part.before + textOf(list) + part.after;
    }
  }
  return values;
}

function textOf(terms: readonly Term[]): string {
  const [first, last] = [terms[0], terms.at(-1)];
  return first === undefined || last === undefined ? '' : first.source.slice(first.start, last.end);
}
