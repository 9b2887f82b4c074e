import { type Html, html } from '../html/html.js';

/** A browser gets slow with more, and nobody reads them. */
const maxLines = 5000;
const maxLineCharacters = 500;

/** A unified diff as git prints it, one part for each file; files of many lines are folded. */
export function diffView(diff: string): readonly Html[] {
  const lines = diff.replace(/\n$/, '').split('\n');
  const files: string[][] = [];
  for (const line of lines.slice(0, maxLines)) {
    if (line.startsWith('diff --git ') || files.length === 0) files.push([]);
    files.at(-1)?.push(line);
  }
  const left = lines.length - maxLines;
  return [
    ...files.map(fileView),
    ...(left > 0 ? [html`<p class="soft">${left} more lines are in the recorded diff.</p>`] : []),
  ];
}

const foldedFrom = 200;

function fileView(lines: readonly string[]): Html {
  const [title = '', ...rest] = lines;
  const hunksAt = rest.findIndex((line) => line.startsWith('@@'));
  const views = rest.map((line, index) => lineView(line, kindOf(line, hunksAt >= 0 && index > hunksAt)));
  const shown = html`<summary><code>${title.replace(/^diff --git /, '')}</code></summary>
    <div class="diff">${views}</div>`;
  return rest.length < foldedFrom ? html`<details open>${shown}</details> ` : html`<details>${shown}</details> `;
}

/** Git's own lines about a file end where its first hunk begins; after that a line is what its first character says. */
function kindOf(line: string, isInHunks: boolean): string {
  if (line.startsWith('@@')) return 'here';
  if (!isInHunks || line.startsWith('\\')) return 'soft';
  return line.startsWith('+') ? 'in' : line.startsWith('-') ? 'out' : '';
}

function lineView(line: string, kind: string): Html {
  const left = line.length - maxLineCharacters;
  const shown = left > 0 ? `${line.slice(0, maxLineCharacters)} … (${left} more characters)` : line || ' ';
  return html`<div class="${kind}">${shown}</div>`;
}
