import type { LintReport, Plan, Review, Subtask, TestReport } from '@codex-orch/core';
import { lastPart, untrusted } from './untrusted.js';

/** The subtask as one readable block. Not quoted: for the builder it is the order. */
export function describeSubtask(subtask: Subtask | undefined): string | undefined {
  if (!subtask) return undefined;
  const paths = subtask.paths.length > 0 ? `\nExpected to change: ${subtask.paths.join(', ')}` : '';
  return `${subtask.title}\n\n${subtask.instructions}${paths}`;
}

export function describePlan(plan: Plan | undefined): string | undefined {
  if (!plan) return undefined;
  return untrusted(
    'plan',
    [
      plan.summary,
      ...plan.subtasks.map(({ id, title, asset }) => `- ${id}: ${title}${asset ? ` (asset ${asset.id})` : ''}`),
    ].join('\n'),
  );
}

/** What the commands said, most of it for those that failed. */
export function describeTests(tests: TestReport | undefined, maxTail: number): string | undefined {
  if (!tests) return undefined;
  const lines = tests.commands.map(({ command, exitCode, timedOut, counts, tail }) => {
    const how = timedOut ? 'timed out' : exitCode === null ? 'was killed' : `exited with ${exitCode}`;
    const counted = counts ? `; ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped` : '';
    const line = `\`${command.join(' ')}\` ${how}${counted}`;
    return exitCode === 0 ? line : `${line}\n${untrusted('end of the output', lastPart(tail, maxTail))}`;
  });
  return [tests.passed ? 'Passed.' : `Not passed.${tests.reason === null ? '' : ` ${tests.reason}`}`, ...lines].join(
    '\n',
  );
}

/** Findings that a role is shown. */
const maxFindings = 60;

/** What lint rules found in the change and not in the base; undefined where there is nothing to say. */
export function describeLint(lint: LintReport | undefined): string | undefined {
  if (!lint) return undefined;
  if (lint.error !== null) return `The rules did not run: ${untrusted('error', lastPart(lint.error, 1000))}`;
  if (lint.newCount === 0 && lint.skipped.length === 0) return undefined;
  const findings = lint.findings.slice(0, maxFindings);
  const lines = [
    ...findings.map(({ rule, path, line, message }) => `- ${path}:${line} [${rule}] ${message}`),
    ...(lint.newCount > findings.length ? [`… and ${lint.newCount - findings.length} more`] : []),
    ...lint.skipped.slice(0, 10).map(({ path, message }) => `- ${path} was not looked at: ${message}`),
  ];
  return untrusted('lint', lines.join('\n'));
}

export function describeReview(review: Review | undefined): string | undefined {
  if (!review) return undefined;
  const findings = review.findings.map(({ severity, file, line, message }) => {
    const where = file === null ? '' : `${file}${line === null ? '' : `:${line}`} `;
    return `- [${severity}] ${where}${message}`;
  });
  return `Verdict: ${review.verdict}\n${untrusted('review', [review.summary, ...findings].join('\n'))}`;
}
