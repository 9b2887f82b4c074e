import type { SourceCode } from 'eslint';
import { keyName } from '../syntax/name.js';
import type { NodeOf } from '../syntax/node.js';
import { unwrap } from '../syntax/unwrap.js';

/** Whether a test is skipped for good; undefined for one that runs. */
export function skipOf(node: NodeOf<'CallExpression'>, root: string): boolean | undefined {
  const callee = unwrap(node.callee);
  const [first] = node.arguments;
  if (callee.type === 'MemberExpression' && keyName(callee) === 'skip') {
    // `test.skip(condition, reason)` decides when it runs.
    return first?.type === 'Literal' || first?.type === 'TemplateLiteral'
      ? typeof (first as { value?: unknown }).value !== 'boolean'
      : false;
  }
  if (/^x(?:it|test|describe|context|specify)$/u.test(root)) return true;
  const options = node.arguments.find((argument) => argument.type === 'ObjectExpression');
  const skip =
    options?.type === 'ObjectExpression'
      ? options.properties.find((property) => property.type === 'Property' && keyName(property) === 'skip')
      : undefined;
  if (skip?.type !== 'Property') return undefined;
  if (skip.value.type !== 'Literal') return false;
  if (skip.value.value === false) return undefined;
  return skip.value.value === true;
}

/** A comment beside the test, or a title that names an issue. */
export function hasReason(node: NodeOf<'CallExpression'>, sourceCode: SourceCode): boolean {
  const line = node.loc?.start.line ?? 0;
  const near = sourceCode.getAllComments().some(({ loc, value }) => {
    if (!loc || !/\w+\W+\w+/u.test(value) || /eslint-|^\s*(?:it|test)\(/u.test(value)) return false;
    return loc.end.line === line - 1 || loc.start.line === line || loc.start.line === line + 1;
  });
  const [title] = node.arguments;
  return (
    near ||
    (title !== undefined &&
      /#\d+|https?:|\b(?:flaky|because|until|requires|needs|TODO|unsupported|not supported)\b/u.test(
        sourceCode.getText(title),
      ))
  );
}
