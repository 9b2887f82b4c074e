/** @typedef {Awaited<ReturnType<typeof import('./patterns.mjs').comparePatterns>>} Patterns */

/** What the project aims at, by the share of files that match: times less wall-clock time and CPU than jscodeshift's command. */
const aims = { 0.1: { wall: 5, cpu: 4 }, 0.01: { wall: 9, cpu: undefined } };

/**
 * @param {Patterns} patterns
 * @returns {string}
 */
export function printPatterns({ results, load, cpus }) {
  const lines = [`Codemods on ${cpus} CPUs; the machine's load at the end ${load.toFixed(1)}`];
  for (const { share, files, matching, sides, ratio, astGrep, ...rest } of results) {
    const aim = aims[/** @type {0.1 | 0.01} */ (share)];
    lines.push('', `${files} files, ${matching} of them match`);
    for (const [name, { wallSeconds, cpuSeconds }] of Object.entries(sides))
      lines.push(`  ${name.padEnd(22)} ${cell(wallSeconds.median)} s wall ${cell(cpuSeconds.median)} s CPU`);
    if (astGrep !== undefined) lines.push(`  ast-grep               skipped: ${astGrep}`);
    lines.push(
      `  cold: ${ratio.cold.wall.toFixed(1)}× less wall (aim ${aim.wall}×), ${ratio.cold.cpu.toFixed(1)}× less CPU${aim.cpu ? ` (aim ${aim.cpu}×)` : ''}`,
      `  again, unchanged: ${ratio.again.wall.toFixed(0)}× less wall (aim 100×), ${ratio.again.cpu.toFixed(0)}× less CPU`,
      `  same bytes with --compat: ${rest.sameInCompat ? 'yes' : 'NO'}; without, ${rest.other.files} files differ by more than line ends, ${rest.other.notFewerLines} of them with more lines changed than by jscodeshift`,
      `  lines changed: jscodeshift ${rest.changedLines.jscodeshift}, ours ${rest.changedLines.ours}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** @param {number} seconds */
const cell = (seconds) => seconds.toFixed(2).padStart(7);
