import { visible } from '@codex-orch/core';

/** Markup. Only {@link html} makes it, so whatever else gets into a page is text. */
export class Html {
  readonly markup: string;

  /** @internal */
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What may stand in a template: text, markup, several of them, or nothing. */
export type Content = string | number | Html | readonly Content[] | null | undefined;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text of a model, a repository or a command, with characters that reorder or hide text made visible. */
const escaped = (text: string): string => visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');

function markupOf(content: Content): string {
  if (content === null || content === undefined) return '';
  if (content instanceof Html) return content.markup;
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(content);
  return content.map(markupOf).join('');
}

/**
 * A template of markup; what is filled in is escaped unless it is markup itself. Values may stand between tags and in quoted
 * attributes, and nowhere else: not as names, not in scripts or styles, and not where a URL is followed.
 */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(parts.reduce((markup, part, index) => markup + markupOf(contents[index - 1]) + part));
}
