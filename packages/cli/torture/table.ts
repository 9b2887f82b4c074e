/** Lines of a table with one number a row. */
export function table(title: string, rows: Readonly<Record<string, number | string>>): string {
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  return [title, ...Object.entries(rows).map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)].join('\n');
}
