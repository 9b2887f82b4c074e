import { z } from 'zod';
import { defineTemplate } from '../template/define-template.js';
import { assetId, identifier, line, repositoryPath } from '../template/parameters.js';

export const codemodSkeleton = defineTemplate({
  id: 'codemod-skeleton',
  title: 'Skeleton of a codemod',
  whenToUse: 'When the same edit was made by hand more than twice, and a syntax tree tells where it belongs.',
  parameters: z.strictObject({
    id: assetId,
    title: line,
    callee: identifier.describe('The function whose calls it looks at'),
    folder: repositoryPath.default('codemods'),
  }),
  files({ id, title, callee, folder }) {
    const at = (file: string) => `${folder}/${file}`;
    return [
      {
        path: at(`${id}.mjs`),
        text: `/**
 * ${title.replaceAll('*/', '* /')}.
 *
 * Run it: npx jscodeshift -t ${at(`${id}.mjs`)} <files>
 */
export default function transform(file, { jscodeshift: j, report }, options) {
  // The cheap test: a file without this text is not even parsed.
  if (!file.source.includes('${callee}')) return undefined;

  const root = j(file.source);
  let changes = 0;
  root.find(j.CallExpression, { callee: { type: 'Identifier', name: '${callee}' } }).forEach((path) => {
    const reason = declineReason(path);
    if (reason !== undefined) {
      const { line, column } = path.node.loc.start;
      report(\`\${line}:\${column + 1} declined: \${reason}\`);
      return;
    }
    // Change path.node here, and count it:
    // changes += 1;
  });

  if (changes === 0) return undefined;
  return root.toSource({ lineTerminator: file.source.includes('\\r\\n') ? '\\r\\n' : '\\n' });
}

/** Why this place has to stay as it is, or undefined where the change is safe. */
function declineReason(path) {
  if (path.scope.lookup('${callee}') !== null) return '${callee} is declared in this file';
  return undefined;
}
`,
      },
      {
        path: at(`__testfixtures__/${id}/basic.input.js`),
        text: `// What the codemod has to change.\n${callee}(1);\n`,
      },
      {
        path: at(`__testfixtures__/${id}/basic.output.js`),
        text: `// What the codemod has to change.\n${callee}(1);\n`,
      },
      {
        path: at(`__testfixtures__/${id}/declared.input.js`),
        text: `// What the codemod has to leave alone.\nfunction ${callee}() {}\n${callee}(1);\n`,
      },
      {
        path: at(`__testfixtures__/${id}/declared.output.js`),
        text: `// What the codemod has to leave alone.\nfunction ${callee}() {}\n${callee}(1);\n`,
      },
    ];
  },
});
