import type { SourceCode } from 'eslint';
import { isFunction, parentOf, type Node } from './node.js';

/** What the comments say about a piece of code. */
interface Explanation {
  /** Inside it, and above the statement that it belongs to. */
  readonly here: string;
  /** Here, above the statements around it, and above the function around it. */
  readonly all: string;
  /** Above the named function around it: what the function promises. */
  readonly contract: string;
}

export function explanationOf(node: Node, sourceCode: SourceCode): Explanation {
  const inside = sourceCode.getCommentsInside(node).map(({ value }) => value);
  const around: string[] = [];
  const contract: string[] = [];
  const here = [...inside];
  let isFirst = true;
  for (let at: Node | undefined = node; at !== undefined; at = parentOf(at)) {
    if (
      /Statement$|Declaration$|^MethodDefinition$|^PropertyDefinition$|^Property$/u.test(at.type) &&
      at.type !== 'BlockStatement'
    ) {
      const comments = sourceCode.getCommentsBefore(at).map(({ value }) => value);
      if (isFirst) here.push(...comments);
      isFirst = false;
      around.push(...comments);
    }
    if (!isFunction(at) || at === node || !isNamed(at)) continue;
    contract.push(...sourceCode.getCommentsBefore(at).map(({ value }) => value), ...above(at, sourceCode));
    break;
  }
  return {
    here: here.join('\n'),
    all: [...inside, ...around, ...contract].join('\n'),
    contract: contract.join('\n'),
  };
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
