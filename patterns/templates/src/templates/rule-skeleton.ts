import { z } from 'zod';
import { defineTemplate } from '../template/define-template.js';
import { assetId, identifier, line, repositoryPath } from '../template/parameters.js';

export const ruleSkeleton = defineTemplate({
  id: 'rule-skeleton',
  title: 'Skeleton of an ESLint rule',
  whenToUse: 'When reviews keep finding the same fault, and its fix is not always the same.',
  parameters: z.strictObject({
    id: assetId,
    title: line.describe('What the rule forbids or demands, without a full stop'),
    callee: identifier,
    folder: repositoryPath.default('lint'),
  }),
  files({ id, title, callee, folder }) {
    return [
      {
        path: `${folder}/rules/${id}.js`,
        text: `/** @type {import('eslint').Rule.RuleModule} */
export const rule = {
  meta: {
    type: 'problem',
    docs: { description: ${JSON.stringify(title)} },
    schema: [],
    messages: { found: 'Say what is wrong here, and what to do instead.' },
  },
  create(context) {
    return {
      'CallExpression[callee.type="Identifier"]'(node) {
        if (node.callee.name !== '${callee}') return;
        context.report({ node, messageId: 'found' });
      },
    };
  },
};
`,
      },
      {
        path: `${folder}/rules/${id}.test.js`,
        text: `import { RuleTester } from 'eslint';
import { rule } from './${id}.js';

new RuleTester().run('${id}', rule, {
  valid: ['other()', 'object.${callee}()'],
  invalid: [{ code: '${callee}()', errors: [{ messageId: 'found' }] }],
});
`,
      },
      {
        path: `${folder}/docs/${id}.md`,
        text: `# ${id}

${title}.

## Why

What goes wrong without it; name a case that happened.

## Incorrect

\`\`\`js
${callee}();
\`\`\`

## Correct

\`\`\`js
other();
\`\`\`

## When not to use it

Where it would speak without need.
`,
      },
    ];
  },
});
