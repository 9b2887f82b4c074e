import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type ErrorClass, errorClasses } from './error-classes.js';

const workspaceRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

type Located = ErrorClass & { readonly package: string };

function allClasses(): readonly Located[] {
  const packages = readdirSync(path.join(workspaceRoot, 'packages')).sort();
  return packages.flatMap((name) => {
    const folder = path.join(workspaceRoot, 'packages', name, 'src');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /(?<!\.test)\.ts$/.test(file),
    );
    return files.flatMap((file) =>
      errorClasses(readFileSync(path.join(folder, file), 'utf8')).map((found) => ({ ...found, package: name })),
    );
  });
}

function isOurs({ base }: ErrorClass, classes: readonly ErrorClass[]): boolean {
  if (base === 'OrchError') return true;
  const parent = classes.find(({ name }) => name === base);
  return parent !== undefined && isOurs(parent, classes);
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

it('lists every error code in docs/errors.md', async () => {
  const classes = allClasses();
  const coded = classes.filter((found) => found.code !== undefined && isOurs(found, classes));
  const rows = coded
    .map(
      ({ code = '', package: from, name, meaning, hints }) =>
        `| \`${code}\` | ${cell(meaning)} | ${cell(hints.join('<br>'))} | \`${name}\` of ${from} |`,
    )
    .sort();

  expect(coded.map(({ code }) => code)).toContain('codex-missing');
  expect(coded.filter(({ meaning }) => meaning === '').map(({ name }) => name)).toEqual([]);
  await expect(`# Error codes

Generated from the classes that extend \`OrchError\`; do not edit. After a change of a class:
\`npm run generate\`.

A code is stable and meant for programs: it stands in brackets behind the message on standard error, and in \`error.code\` with
\`--json\`. Codes with which a run ends without an exception are in [TECH_SPEC.md](TECH_SPEC.md#how-a-run-ends).

| code | what happened | what to do | class |
|---|---|---|---|
${rows.join('\n')}
`).toMatchFileSnapshot(path.join(workspaceRoot, 'docs/errors.md'));
});
