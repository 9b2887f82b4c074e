import type { TestReport } from '../role/outputs.js';

/**
 * Test commands that passed and by their own count ran no test, each as it was called. A command whose output has no known count is not
 * among them.
 *
 * They pass all the same: a count is read off what a project prints, and nothing that a change could mend may be wrong. Whoever judges
 * the work has to be told.
 */
export const commandsWithoutTests = ({ commands }: Pick<TestReport, 'commands'>): readonly string[] =>
  commands
    .filter(({ exitCode, counts }) => exitCode === 0 && counts !== null && counts.passed + counts.failed === 0)
    .map(({ command, counts }) => `${command.join(' ')}${counts?.skipped ? ` (${counts.skipped} skipped)` : ''}`);
