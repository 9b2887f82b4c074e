import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import type { CheckFinding, CodeCheck } from './code-check.js';

/**
 * The findings in what a check printed; undefined where that is no report of its kind.
 *
 * @param tree the folder of the target, of which absolute paths are told relative
 */
export function parseFindings(
  reporter: CodeCheck['reporter'],
  printed: string,
  tree: string,
): readonly CheckFinding[] | undefined {
  const text = stripVTControlCharacters(printed);
  const found = reporter.kind === 'eslint-json' ? eslintFindings(text) : lineFindings(expressionOf(reporter), text);
  return found?.map((finding) => ({
    ...finding,
    path: finding.path.replace(`${tree}/`, '').replace(/^\.\//, ''),
    message: finding.message.replaceAll(tree, '.'),
  }));
}

/** A finding without a place is about the whole project; the indented lines below one explain it. */
const tscFinding = '^(?:(?<path>\\S.*?)\\((?<line>\\d+),\\d+\\): )?(?:error|warning) (?<code>TS\\d+): (?<message>.*)$';

const expressionOf = (reporter: Exclude<CodeCheck['reporter'], { kind: 'eslint-json' }>): RegExp =>
  new RegExp(reporter.kind === 'tsc' ? tscFinding : reporter.finding);

function lineFindings(expression: RegExp, text: string): readonly CheckFinding[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const groups = expression.exec(line)?.groups;
    if (!groups) return [];
    const { path = '', line: at = '0', code = '', message = '' } = groups as Partial<Record<string, string>>;
    return [{ path, line: Number(at), code, message }];
  });
}

const eslintReport = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(z.object({ ruleId: z.string().nullable(), line: z.number().optional(), message: z.string() })),
  }),
);

function eslintFindings(text: string): readonly CheckFinding[] | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  const report = eslintReport.safeParse(data);
  return report.data?.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, line = 0, message }) => ({ path: filePath, line, code: ruleId ?? '', message })),
  );
}
