import { aboutSpec, governing } from './spec-draft.js';
import type { Rule } from './rule.js';

export const malformedSpec: Rule = {
  code: 'SG005',
  name: 'malformed-spec',
  severity: 'error',
  what: 'The front matter of a spec cannot be read, lacks a field, or holds one that is wrong.',
  why: 'What the guard cannot read, it cannot hold anybody to.',
  example: '`covers: packages/core/**` instead of `covers: [packages/core/**]`, or `last_review: soon`.',
  mend: 'Correct the line. The fields are id, title, status, relates_to, owners, covers, last_review and risk; anchors, aliases and tags of YAML are not taken.',
  overridable: true,
  suppressible: false,
  *check({ inScope }) {
    for (const facts of inScope) {
      const [first, ...more] = facts.parsed.problems;
      if (!first) continue;
      const others = more.slice(0, 4).map(({ line, column, message }) => `${line}:${column} ${message}`);
      const rest = more.length > 4 ? [`and ${more.length - 4} more`] : [];
      yield {
        ...aboutSpec(facts),
        line: first.line,
        column: first.column,
        message: `The spec is malformed: ${[first.message, ...others, ...rest].join('; ')}.${governing(facts)}`,
        subject: first.message,
      };
    }
  },
};
