import type { Rule, SourceCode } from 'eslint';
import { keyName, lastName } from '../syntax/name.js';
import { isFunction, parentOf, rangeOf, type Node, type NodeOf } from '../syntax/node.js';
import { awaited, unwrap } from '../syntax/unwrap.js';
import { contains, containsHere } from '../syntax/walk.js';

export function suggestions(
  all: NodeOf<'CallExpression'>,
  call: NodeOf<'CallExpression'>,
  array: Node,
  callback: Node,
  sourceCode: SourceCode,
) {
  const statement = parentOf(awaited(all));
  const isSimple =
    array.type === 'Identifier' && unwrap(all.arguments[0] ?? all) === call && lastName(call.callee) === 'map';
  if (statement?.type !== 'ExpressionStatement' || statement.expression.type !== 'AwaitExpression' || !isSimple)
    return [];
  if (contains(statement, sourceCode, (node) => node.type === 'Identifier' && node.name === 'start')) return [];
  const mapped = usesOnlyElement(callback)
    ? sourceCode
        .getText(statement)
        .replace(sourceCode.getText(call.callee), `${array.name}.slice(start, start + 10).map`)
    : undefined;
  const found: (Rule.SuggestionReportDescriptor & { messageId: 'batches' | 'sequence' })[] = [];
  if (mapped !== undefined) {
    found.push({
      messageId: 'batches',
      fix: (fixer) =>
        fixer.replaceText(statement, `for (let start = 0; start < ${array.name}.length; start += 10) {\n${mapped}\n}`),
    });
  }
  const settles = keyName(all.callee as NodeOf<'MemberExpression'>) === 'allSettled';
  if (
    isFunction(callback) &&
    callback.async &&
    callback.params.length === 1 &&
    callback.body.type === 'BlockStatement' &&
    !settles
  ) {
    const { body, params } = callback;
    const returns = containsHere(body, sourceCode, (node) => node.type === 'ReturnStatement');
    const [parameter] = params;
    if (
      !returns &&
      parameter !== undefined &&
      parameter.type !== 'RestElement' &&
      parameter.type !== 'AssignmentPattern'
    ) {
      const text = `for (const ${sourceCode.getText(parameter)} of ${array.name}) ${sourceCode.getText(body)}`;
      found.push({ messageId: 'sequence', fix: (fixer) => fixer.replaceTextRange(rangeOf(statement), text) });
    }
  }
  return found;
}

/** In a batch, index and array are others. */
function usesOnlyElement(callback: Node): boolean {
  return isFunction(callback) && callback.params.length <= 1;
}
