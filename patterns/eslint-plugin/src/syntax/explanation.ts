import type { SourceCode } from 'eslint';
import { isFunction, parentOf, type Node } from './node.js';

/**
 * What the comments say about a piece of code: those inside it, above its statement, and above the function around it.
 */
export function explanationOf(node: Node, sourceCode: SourceCode): string {
  const comments = sourceCode.getCommentsInside(node).map(({ value }) => value);
  let isOutside = false;
  for (let at: Node | undefined = node; at !== undefined && !isOutside; at = parentOf(at)) {
    if (
      /Statement$|Declaration$|^MethodDefinition$|^PropertyDefinition$|^Property$/u.test(at.type) &&
      at.type !== 'BlockStatement'
    ) {
      comments.push(...sourceCode.getCommentsBefore(at).map(({ value }) => value));
    }
    isOutside = isFunction(at) && at !== node && isNamed(at);
    if (!isOutside) continue;
    comments.push(...sourceCode.getCommentsBefore(at).map(({ value }) => value));
    comments.push(...above(at, sourceCode));
  }
  return comments.join('\n');
}

function isNamed(node: Node): boolean {
  const parent = parentOf(node);
  if (node.type === 'FunctionDeclaration') return true;
  return (
    parent !== undefined &&
    ['VariableDeclarator', 'MethodDefinition', 'PropertyDefinition', 'Property', 'AssignmentExpression'].includes(
      parent.type,
    )
  );
}

/** Comments above the declaration or member that holds a function, `export` before it or not. */
function above(node: Node, sourceCode: SourceCode): string[] {
  const comments: string[] = [];
  for (
    let at = parentOf(node);
    at !== undefined && !/^(?:Program|BlockStatement|ClassBody|ObjectExpression)$/u.test(at.type);
    at = parentOf(at)
  ) {
    comments.push(...sourceCode.getCommentsBefore(at).map(({ value }) => value));
  }
  return comments;
}
