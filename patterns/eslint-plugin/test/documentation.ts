import type { Rule } from 'eslint';
import plugin, { rules } from '../src/index.js';

interface OptionSchema {
  readonly description: string;
  readonly type: string;
  readonly enum?: readonly string[];
}

/** The options of a rule as its schema and defaults tell. */
export function optionsOf(
  rule: Rule.RuleModule,
): { readonly name: string; readonly schema: OptionSchema; readonly initial: unknown }[] {
  const [schema] = rule.meta?.schema as [{ properties: Record<string, OptionSchema> }];
  const [defaults] = rule.meta?.defaultOptions as [Record<string, unknown>];
  return Object.entries(schema.properties).map(([name, each]) => ({ name, schema: each, initial: defaults[name] }));
}

/** What a rule's document says of its options. */
export function optionList(rule: Rule.RuleModule): string {
  return optionsOf(rule)
    .map(({ name, schema, initial }) => {
      const kind = schema.enum === undefined ? schema.type : schema.enum.map((value) => `\`'${value}'\``).join(' or ');
      return `- \`${name}\` (${kind}): ${schema.description}\n  Default: \`${JSON.stringify(initial)}\``;
    })
    .join('\n');
}

/** What a rule's document says below its title. */
export function facts(name: string, rule: Rule.RuleModule): string {
  const isRecommended = `@codex-orch/${name}` in (plugin.configs.recommended.rules ?? {});
  const configs = isRecommended ? 'In `recommended` and `strict`.' : 'In `strict`.';
  const fixes = rule.meta?.fixable === undefined ? '' : ' Some reports can be fixed.';
  const suggests = rule.meta?.hasSuggestions === true ? ' Some reports come with suggestions.' : '';
  return `${rule.meta?.docs?.description ?? ''}. ${configs}${fixes}${suggests}`;
}

/** The table of rules in the README. */
export function ruleTable(): string {
  const rows = Object.entries(rules).map(([name, { meta }]) => {
    const marks = [meta?.docs?.recommended === true && '✅', meta?.fixable && '🔧', meta?.hasSuggestions && '💡'];
    return `| [${name}](docs/rules/${name}.md) | ${meta?.docs?.description ?? ''} | ${marks.filter(Boolean).join(' ')} |`;
  });
  return ['| rule | what it does | |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The document with what stands between the markers of this name replaced. */
export function withSection(document: string, marker: string, content: string): string {
  const [before, rest] = split(document, `<!-- ${marker} -->`);
  const [, after] = split(rest, `<!-- /${marker} -->`);
  return `${before}<!-- ${marker} -->\n\n${content}\n\n<!-- /${marker} -->${after}`;
}

function split(text: string, marker: string): [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`The document has no ${marker}`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}

export interface Example {
  readonly heading: 'Incorrect' | 'Correct';
  readonly language: 'js' | 'ts';
  readonly code: string;
}

/** The fenced examples of a rule's document. */
export function examplesOf(document: string): Example[] {
  return (['Incorrect', 'Correct'] as const).flatMap((heading) => {
    const section = document.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
    return [...section.matchAll(/```(js|ts)\n(.*?)\n```/gsu)].map(([, language, code]) => ({
      heading,
      language: language as Example['language'],
      code: code ?? '',
    }));
  });
}
