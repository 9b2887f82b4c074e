import { z } from 'zod';
import { defineTemplate } from '../template/define-template.js';
import { assetId, line, repositoryPath } from '../template/parameters.js';

export const templateSkeleton = defineTemplate({
  id: 'template-skeleton',
  title: 'Skeleton of a template',
  whenToUse: 'When the same kind of text is written again and again, with other names in it.',
  parameters: z.strictObject({ id: assetId, title: line, folder: repositoryPath.default('templates') }),
  files({ id, title, folder }) {
    return [
      {
        path: `${folder}/${id}.mjs`,
        text: `import { defineTemplate } from '@codex-orch/templates';
import { z } from 'zod';

export default defineTemplate({
  id: '${id}',
  title: ${JSON.stringify(title)},
  whenToUse: 'Say when to reach for it.',
  parameters: z.strictObject({ name: z.string().min(1) }),
  files: ({ name }) => [{ path: \`docs/\${encodeURIComponent(name)}.md\`, text: \`# \${name}\\n\` }],
});
`,
      },
    ];
  },
});
