/** One line a word: the count, then the word. */
export function printTable(counts) {
  const width = Math.max(0, ...counts.map(([, count]) => String(count).length));
  return counts.map(([word, count]) => `${String(count).padStart(width)} ${word}`).join('\n');
}
