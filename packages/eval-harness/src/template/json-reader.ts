import type { TemplateReader } from './template.js';

export const jsonReader: TemplateReader = {
  name: 'JSON',
  isFor: ({ path }) => path.endsWith('.json'),
  problemOf({ text }) {
    try {
      JSON.parse(text);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  },
};
