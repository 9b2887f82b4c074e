import { createHash } from 'node:crypto';
import path from 'node:path';
import { type GoalState, resolveInside } from '@codex-orch/core';
import { type AddedLine, addedLines } from '../diff/added-lines.js';
import { type Line, linesOfFile } from '../diff/lines.js';
import type { SecretFinding } from './errors.js';

/** A finding needs what is around it, a private key all of its lines; and no text is too long to be searched. */
const pieceLength = 4 * 1024 * 1024;
const overlapLines = 200;
const overlapLength = 256 * 1024;

/** Settings of rules by name, where a rule's own are not right for a gate that a human can open. */
const settings: Readonly<Record<string, { readonly options: object; readonly allowMessageIds: string[] }>> = {
  // Off by default because of account ids, which look like telephone numbers and are no secrets. The id of an access key, found by the
  // same switch, is the surest sign that the key itself is near.
  '@secretlint/secretlint-rule-aws': { options: { enableIDScanRule: true }, allowMessageIds: ['AWSAccountID'] },
};

type Lint = (file: string, text: string) => Promise<readonly { readonly line: number; readonly rule: string }[]>;

async function openLint(): Promise<Lint> {
  // Only this gate pays for them.
  const [{ lintSource }, { rules }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const config = {
    rules: rules
      // A comment in what is searched must not turn the search off.
      .filter(({ meta }) => !meta.id.endsWith('-filter-comments'))
      .map((rule) => ({ id: rule.meta.id, rule, ...settings[rule.meta.id] })),
  };
  return async (file, content) => {
    const ext = path.extname(file).toLowerCase();
    // One rule opens what has such a name, wherever it leads. What is searched is the text at hand, and no file of the same name.
    const filePath = ext === '.p12' ? '' : file;
    const source = { filePath, content, ext, contentType: 'text' as const };
    const { messages } = await lintSource({ source, options: { config, maskSecrets: true, noPhysicFilePath: true } });
    return messages.map(({ loc, ruleId }) => ({
      line: loc.start.line,
      rule: ruleId.replace(/^@secretlint\/secretlint-rule-/, ''),
    }));
  };
}

async function* numbered(file: string, lines: AsyncIterable<Line>): AsyncGenerator<AddedLine> {
  let line = 0;
  for await (const { text, isRest } of lines) yield { file, line: isRest ? line : (line += 1), text, isRest };
}

/** The end of a piece, for the beginning of the next. */
function overlapOf(piece: readonly AddedLine[]): AddedLine[] {
  let from = piece.length - 1;
  for (let length = 0; from > 0 && from > piece.length - overlapLines; from -= 1) {
    length += piece[from - 1]?.text.length ?? 0;
    if (length > overlapLength) break;
  }
  return piece.slice(from);
}

/** Searches lines file by file, in pieces. */
async function search(lint: Lint, lines: AsyncIterable<AddedLine>): Promise<SecretFinding[]> {
  const found = new Map<string, SecretFinding>();
  let piece: AddedLine[] = [];
  let length = 0;
  const finish = async (): Promise<void> => {
    const [first] = piece;
    if (!first) return;
    const starts = piece.filter(({ isRest }, index) => index === 0 || !isRest);
    const text = piece.map((line, index) => (index === 0 || line.isRest ? line.text : `\n${line.text}`)).join('');
    for (const { line, rule } of await lint(first.file, text)) {
      const finding = { file: first.file, line: starts[line - 1]?.line ?? null, rule };
      found.set(`${finding.file}:${finding.line ?? ''}:${rule}`, finding);
    }
  };
  for await (const line of lines) {
    const isOfAnother = piece[0] !== undefined && piece[0].file !== line.file;
    if (isOfAnother || length > pieceLength) {
      await finish();
      piece = isOfAnother ? [] : overlapOf(piece);
      length = 0;
    }
    piece.push(line);
    length += line.text.length + 1;
  }
  await finish();
  return [...found.values()];
}

export interface SecretSearch {
  /** Absolute path of the run directory. */
  readonly dir: string;
  readonly artifacts: GoalState['artifacts'];
  /** The digest of the diff that is searched. A diff with another one is not applied in any case. */
  readonly diffSha256: string;
}

/**
 * Looks for secrets in what a run would bring into the user's checkout, and in what it keeps: those known by their value when the
 * run made its diff, and what looks like a key or a token.
 */
export async function findSecrets({ dir, artifacts, diffSha256 }: SecretSearch): Promise<readonly SecretFinding[]> {
  const lint = await openLint();
  const findings: SecretFinding[] = [];
  for (const { kind, path: name, secrets = [] } of artifacts.values()) {
    const file = await resolveInside(dir, name);
    if (kind === 'diff') {
      findings.push(...secrets.map((secret) => ({ file: name, line: null, rule: `value of ${secret}` })));
      const hash = createHash('sha256');
      const found = await search(lint, addedLines(linesOfFile(file, (chunk) => hash.update(chunk))));
      if (hash.digest('hex') === diffSha256) findings.push(...found);
    } else findings.push(...(await search(lint, numbered(name, linesOfFile(file)))));
  }
  return findings;
}
