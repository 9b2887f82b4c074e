import { type Document, isAlias, isCollection, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { GoalsFileError, type GoalsProblem } from './errors.js';
import { judgeDocument } from '../document/index.js';
import { fileProblems } from './file-problems.js';
import { type GoalsFile, goalsFileSchema } from './goals-file.js';
import { namedGoals, orderProblems } from './order.js';

/** A goals file is written by people; one beyond this size was not. */
const maxBytes = 4 * 1024 * 1024;

/**
 * Reads the text of a goals file; JSON is read as the YAML that it is. `file` is named in errors.
 * @throws {GoalsFileError} naming every problem with its line
 */
export function parseGoalsFile(file: string, text: string): GoalsFile {
  if (Buffer.byteLength(text) > maxBytes)
    throw new GoalsFileError(file, [{ message: `is larger than ${maxBytes / 1024 / 1024} MB` }]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, version: '1.2', schema: 'core' });
  const at = (offset = 0) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const broken: GoalsProblem[] = document.errors.map((error) => {
    const open = error.code === 'MISSING_CHAR' ? openQuote(document, error.pos[0]) : undefined;
    if (open !== undefined) return { ...at(open), message: 'the text in quotes that begins here is not closed' };
    if (error.code === 'MULTIPLE_DOCS')
      return { ...at(error.pos[0]), message: 'a second document begins here; a goals file is one' };
    return { ...at(error.pos[0]), message: error.message.split(/ at line \d/)[0] ?? error.message };
  });
  visit(document, {
    Node: (_key, node) => {
      // An alias can make a small file huge, and a reader cannot see what it stands for.
      if (isAlias(node) || (isCollection(node) && node.anchor !== undefined))
        broken.push({ ...at(node.range?.[0]), message: 'anchors and aliases are not read' });
    },
  });
  if (broken.length === 0 && !isMap(document.contents))
    broken.push({ ...at(offsetOf(document, [])), message: `${whatElse(document)} ${form}` });
  if (broken.length > 0) throw new GoalsFileError(file, broken);

  const place = (path: readonly PropertyKey[]) => at(offsetOf(document, path));
  const data: unknown = document.toJS();
  const judged = judgeDocument(goalsFileSchema, data);
  const problems = [...fileProblems(judged.problems ?? [], data), ...orderProblems(namedGoals(data))].map(
    ({ path, key, message }) => ({
      ...(key === undefined ? place(path) : at(offsetOfKey(document, path, key))),
      message,
    }),
  );
  if (!judged.problems && problems.length === 0) return judged.data;
  throw new GoalsFileError(
    file,
    problems.sort((a, b) => a.line - b.line || a.column - b.column),
  );
}

const form = 'It begins with `schemaVersion: 1`, and its goals stand under `goals:`.';

/** What a file is that is no mapping of names to values. */
function whatElse({ contents }: Document): string {
  if (contents === null || (isScalar(contents) && contents.value === null)) return 'the file is empty.';
  return `this is ${isCollection(contents) ? 'a list' : 'text'}, not the fields of a goals file.`;
}

/** Where the quoted text begins that goes on at an offset; undefined where none does. */
function openQuote(document: Document, offset: number): number | undefined {
  let start: number | undefined;
  visit(document, {
    Scalar: (_key, { type, range }) => {
      if (type?.startsWith('QUOTE_') && range && range[0] <= offset && range[1] >= offset) start = range[0];
    },
  });
  return start;
}

/** Where a value stands, or the nearest that there is around it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return node.range[0];
  }
  return undefined;
}

/** Where the name of a field stands. */
function offsetOfKey(document: Document, path: readonly PropertyKey[], key: string): number | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(node) ? node.items.find((one) => isScalar(one.key) && String(one.key.value) === key) : undefined;
  return isScalar(pair?.key) ? pair.key.range?.[0] : offsetOf(document, path);
}
