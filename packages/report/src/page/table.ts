import { type Content, type Html, html } from '../html/html.js';

/** A table; nothing where there are no rows. Cells that are numbers stand at the right. */
export function table(headings: readonly string[], rows: readonly (readonly Content[])[]): Html | undefined {
  if (rows.length === 0) return undefined;
  const isNumber = headings.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const heading = (text: string, column: number): Html =>
    isNumber[column] ? html`<th scope="col" class="number">${text}</th>` : html`<th scope="col">${text}</th>`;
  const cell = (content: Content): Html =>
    typeof content === 'number' ? html`<td class="number">${content}</td>` : html`<td>${content}</td>`;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${headings.map(heading)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map(cell)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}
