import type { TSESTree } from '@typescript-eslint/types';

/** Where a declaration would bind its names if it were one of `let`. */
export interface Home {
  readonly node: TSESTree.Node;
  /** The part of it whose uses are sure to come after the declaration if they stand after it. */
  readonly reach: readonly [start: number, end: number];
  readonly kind: 'block' | 'case' | 'for' | 'for-each';
}

/** The home of a declaration; none where `let` may not stand. */
export function homeOf(declaration: TSESTree.VariableDeclaration): Home | undefined {
  const { parent } = declaration;
  switch (parent.type) {
    case 'Program':
    case 'BlockStatement':
    case 'StaticBlock':
    case 'TSModuleBlock':
      return { node: parent, reach: parent.range, kind: 'block' };
    case 'ExportNamedDeclaration': {
      const node: TSESTree.Node = parent.parent;
      return { node, reach: node.range, kind: 'block' };
    }
    case 'SwitchCase':
      return { node: parent, reach: parent.range, kind: 'case' };
    case 'ForStatement':
      return { node: parent, reach: parent.range, kind: 'for' };
    case 'ForInStatement':
    case 'ForOfStatement':
      return { node: parent, reach: parent.body.range, kind: 'for-each' };
    default:
      return undefined;
  }
}
