import ts from 'typescript';

/** A class of errors, as its source declares it. */
export interface ErrorClass {
  readonly name: string;
  readonly base: string;
  /** Undefined for a base class, and where the code is only known at run time. */
  readonly code: string | undefined;
  /** First sentence of the class's comment. */
  readonly meaning: string;
  /** Every hint that the constructor can give. */
  readonly hints: readonly string[];
}

/** Finds the classes of a TypeScript source that extend another class. */
export function errorClasses(source: string): readonly ErrorClass[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const found: ErrorClass[] = [];
  for (const statement of file.statements) {
    if (!ts.isClassDeclaration(statement) || statement.name === undefined) continue;
    const base = statement.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0]
      ?.expression;
    if (base === undefined || !ts.isIdentifier(base)) continue;
    found.push({
      name: statement.name.text,
      base: base.text,
      code: codeOf(statement),
      meaning: meaningOf(statement),
      hints: hintsOf(statement, file),
    });
  }
  return found;
}

function codeOf({ members }: ts.ClassDeclaration): string | undefined {
  const property = members.find(
    (member) => ts.isPropertyDeclaration(member) && ts.isIdentifier(member.name) && member.name.text === 'code',
  );
  const value = property && ts.isPropertyDeclaration(property) ? property.initializer : undefined;
  return value && ts.isStringLiteral(value) ? value.text : undefined;
}

function meaningOf(declaration: ts.ClassDeclaration): string {
  const [comment] = ts.getJSDocCommentsAndTags(declaration);
  const text = comment && typeof comment.comment === 'string' ? comment.comment.replaceAll(/\s+/g, ' ') : '';
  return /^.*?[.?!](?= |$)/.exec(text)?.[0] ?? text;
}

function hintsOf(declaration: ts.ClassDeclaration, file: ts.SourceFile): readonly string[] {
  const hints: string[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) hints.push(node.text);
    else if (ts.isTemplateExpression(node))
      hints.push(node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join(''));
    else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(collect);
    else if (ts.isIdentifier(node)) constant(file, node.text).forEach(collect);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && node.name.text === 'hint')
      collect(node.initializer);
    else ts.forEachChild(node, visit);
  };
  visit(declaration);
  return [...new Set(hints)];
}

/** The value of a constant of this file, if there is one. */
function constant(file: ts.SourceFile, name: string): readonly ts.Expression[] {
  return file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .flatMap((declaration) =>
      ts.isIdentifier(declaration.name) && declaration.name.text === name && declaration.initializer
        ? [declaration.initializer]
        : [],
    );
}
