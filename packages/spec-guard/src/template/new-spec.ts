import type { MiniSpec } from '../spec/mini-spec.js';

const words = (title: string): string =>
  title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');

/** `tasks/specs/NNNN-slug.md`; the slug is made of the title. */
export const specPath = (id: string, title: string): string =>
  `tasks/specs/${[id, words(title)].filter(Boolean).join('-')}.md`;

/** The short name of a title, as paths and the registry have it. */
export const slugOf = (title: string): string => words(title) || 'untitled';

// What YAML reads as the very same text, in every schema of it.
const scalar = (text: string): string =>
  /^[A-Za-z][A-Za-z0-9_-]*(?: [A-Za-z0-9_-]+)*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)
    ? text
    : /^[^'\\\p{C}\u2028\u2029]*$/u.test(text)
      ? `'${text}'`
      : JSON.stringify(text).replaceAll(
          /[\u007f-\u009f\u2028\u2029\ufeff]/g,
          (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );

const list = (items: readonly string[]): string => `[${items.map(scalar).join(', ')}]`;

/** The front matter of a spec, with its lines of dashes. */
export function formatFrontMatter(spec: MiniSpec): string {
  const lines = [
    `id: ${scalar(spec.id)}`,
    `title: ${scalar(spec.title)}`,
    `status: ${spec.status}`,
    `relates_to: ${list(spec.relates_to)}`,
    `owners: ${list(spec.owners)}`,
    `covers: ${list(spec.covers)}`,
    ...(spec.last_review === undefined ? [] : [`last_review: ${spec.last_review}`]),
    `risk: ${spec.risk}`,
  ];
  return `---\n${lines.join('\n')}\n---\n`;
}

/** The text of a spec that nobody has worked on yet. It passes no gate: its status is `draft`, and it has no review date. */
export function newSpec(spec: Omit<MiniSpec, 'status' | 'last_review'>): string {
  const front = formatFrontMatter({ ...spec, status: 'draft', last_review: undefined });
  return `${front}
# ${spec.id}: ${spec.title}

## Goals

- What is better for whom when this is done.

## Non-goals

What this leaves alone.

## Interfaces

| interface | given by | used by |
|---|---|---|

## Invariants

1. What always holds. (the test that shows it)

## Failure modes

| what fails | what happens | test |
|---|---|---|

## Open

- What is not decided yet, and who decides.
`;
}
