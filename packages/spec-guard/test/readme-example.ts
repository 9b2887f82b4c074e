import { type CheckInput, checkSpecs, explain, planFixes } from '../src/index.js';

/** What a change has to hear: its findings, the command that mends each, and what can be repaired without a person. */
export function gate(input: CheckInput): string {
  const { findings, waived, clean } = checkSpecs(input);
  const lines = findings.map(
    ({ code, path, line = 1, message, fix }) => `${code} ${path}:${line} ${message} ${fix?.join(' ') ?? ''}`,
  );
  for (const { code, waiver } of waived) lines.push(`${code} let through by ${waiver.by}`);
  if (!clean)
    for (const { path, done } of planFixes(input, { owners: ['ada'] })) lines.push(`${path}: ${done.join(' ')}`);
  return [clean ? 'clean' : (explain(findings[0]?.code ?? '') ?? ''), ...lines].join('\n');
}
