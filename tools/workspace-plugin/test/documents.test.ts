import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const workspaceRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

const read = (file: string) => readFileSync(path.join(workspaceRoot, file), 'utf8');

const inFolder = (folder: string) =>
  readdirSync(path.join(workspaceRoot, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name));

const documents = [
  ...['.', 'docs', 'tasks', 'tasks/specs', 'patterns', 'evaluation'].flatMap(inFolder),
  ...['packages', 'patterns'].flatMap((folder) =>
    readdirSync(path.join(workspaceRoot, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => inFolder(`${folder}/${name}`)),
  ),
];

/** As GitHub makes them. */
const anchorsOf = (markdown: string) =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

function isBroken(document: string, link: string): boolean {
  if (/^[a-z]+:/.test(link)) return false;
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? document : path.join(path.dirname(document), file);
  if (!existsSync(path.join(workspaceRoot, target))) return true;
  return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
}

it.each(documents)('every link in %s leads somewhere', (document) => {
  const links = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? '');
  expect(links.filter((link) => isBroken(document, link))).toEqual([]);
});

interface Registry {
  readonly schemaVersion: number;
  readonly items: readonly { readonly id: string; readonly path: string; readonly status: string }[];
  readonly specs: readonly {
    readonly id: string;
    readonly path: string;
    readonly status: string;
    readonly relates_to: readonly string[];
    readonly covers: readonly string[];
    readonly last_review: string;
  }[];
}

describe('tasks/index.json', () => {
  const { items, specs } = JSON.parse(read('tasks/index.json')) as Registry;

  it('names files that exist, each task once', () => {
    expect(
      [...items, ...specs].map((entry) => entry.path).filter((file) => !existsSync(path.join(workspaceRoot, file))),
    ).toEqual([]);
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
    expect(
      items.map(({ status }) => status).filter((status) => !['planned', 'in-progress', 'done'].includes(status)),
    ).toEqual([]);
  });

  it('lists the same tasks as the task list', () => {
    const listed = [...read('tasks/tasks-0001-codex-orch.md').matchAll(/^- \[[ x]\] (\d{4}) /gm)].map(([, id]) => id);
    expect(listed).toEqual(items.map(({ id }) => id).filter((id) => /^\d{4}$/.test(id)));
  });
});
