import { createHash } from 'node:crypto';
import path from 'node:path';
import { type GoalState, resolveInside } from '@codex-orch/core';
import { type AddedLine, addedLines } from '../diff/added-lines.js';
import { linesOfFile } from '../diff/lines.js';
import type { SecretFinding } from './errors.js';

/** A finding needs what is around it, a private key all of its lines; and no text is too long to be searched. */
const pieceLength = 4 * 1024 * 1024;
const overlapLines = 200;

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
      .map((rule) => ({ id: rule.meta.id, rule })),
  };
  return async (file, content) => {
    const source = { filePath: file, content, ext: path.extname(file), contentType: 'text' as const };
    const { messages } = await lintSource({ source, options: { config, maskSecrets: true, noPhysicFilePath: true } });
    return messages.map(({ loc, ruleId }) => ({
      line: loc.start.line,
      rule: ruleId.replace(/^@secretlint\/secretlint-rule-/, ''),
    }));
  };
}

async function* numbered(file: string, lines: AsyncIterable<string>): AsyncGenerator<AddedLine> {
  let line = 0;
  for await (const text of lines) yield { file, line: (line += 1), text };
}

/** Searches lines file by file, in pieces. */
async function search(lint: Lint, lines: AsyncIterable<AddedLine>): Promise<SecretFinding[]> {
  const found = new Map<string, SecretFinding>();
  let piece: AddedLine[] = [];
  let length = 0;
  const finish = async (keep: number): Promise<void> => {
    const [first] = piece;
    if (!first) return;
    for (const { line, rule } of await lint(first.file, piece.map(({ text }) => text).join('\n'))) {
      const finding = { file: first.file, line: piece[line - 1]?.line ?? null, rule };
      found.set(`${finding.file}:${finding.line ?? ''}:${rule}`, finding);
    }
    piece = keep > 0 ? piece.slice(-keep) : [];
    length = 0;
  };
  for await (const line of lines) {
    if (piece[0] && piece[0].file !== line.file) await finish(0);
    else if (length > pieceLength) await finish(overlapLines);
    piece.push(line);
    length += line.text.length + 1;
  }
  await finish(0);
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
