import { testRule } from '../../test/rule-suite.js';
import rule from './no-unbounded-fanout.js';

testRule('no-unbounded-fanout', rule, {
  valid: [
    'await Promise.all([fetch(a), fetch(b)]);',
    // The length is known, or chosen.
    'await Promise.all([a, b].map((url) => fetch(url)));',
    "const urls = ['/a', '/b']; await Promise.all(urls.map((url) => fetch(url)));",
    "const hosts = { a: '/a', b: '/b' }; await Promise.all(Object.values(hosts).map((url) => fetch(url)));",
    'await Promise.all(urls.slice(0, 10).map((url) => fetch(url)));',
    'for (const batch of batches) await Promise.all(batch.map((url) => fetch(url)));',
    'for (let i = 0; i < urls.length; i += size) await Promise.all(urls.slice(i, i + size).map((url) => fetch(url)));',
    'await Promise.all(Array.from({ length: workers }, () => fetch(url)));',
    "import { LOCALES } from './locales.js';\nawait Promise.all(LOCALES.map((locale) => fetch(locale)));",
    "await Promise.all(names.filter((name) => ['a', 'b'].includes(name)).map((name) => fetch(name)));",
    "await Promise.all([...new Set(['a', 'b'])].map((name) => fetch(name)));",
    "const load = (urls) => Promise.all(urls.map((url) => fetch(url)));\nawait load(['/a', '/b']); await load(['/c']);",
    "class Lock { get files() { if (this.old) return ['a']; return ['b', 'c']; } load() { return Promise.all(this.files.map((file) => fetch(file))); } }",
    // Something limits what runs at once.
    'await Promise.all(urls.map((url) => limit(() => fetch(url))));',
    'await Promise.all(urls.map((url) => queue.add(() => fetch(url))));',
    'await Promise.all(urls.map(async (url) => { await semaphore.acquire(); return fetch(url); }));',
    'await pMap(urls, (url) => fetch(url), { concurrency: 8 });',
    // No input or output is seen in the callback.
    'await Promise.all(items.map(async (item) => item.value));',
    'await Promise.all(checks.map((check) => check()));',
    'await Promise.all(jobs);',
    // Questions that hold no handle.
    "import { stat } from 'node:fs/promises';\nconst sizes = await Promise.all(files.map((file) => stat(file)));",
    'await Promise.race(urls.map((url) => fetch(url)));',
    'const fetch = (url) => cache.get(url); await Promise.all(urls.map((url) => fetch(url)));',
    { code: 'await Promise.all(urls.map((url) => fetch(url)));', filename: 'src/load.test.js' },
    {
      code: 'await Promise.all(urls.map((url) => turnstile(() => fetch(url))));',
      options: [{ limiters: '^turnstile$' }],
    },
    { code: 'await Promise.all((["a", "b"] as const).map((url) => fetch(url)));', ts: true },
  ],
  invalid: [
    {
      code: "const load = (urls) => Promise.all(urls.map((url) => fetch(url)));\nawait load(['/a', '/b']); await load(others);",
      errors: [{ messageId: 'unbounded' }],
    },
    {
      code: "export const load = (urls) => Promise.all(urls.map((url) => fetch(url)));\nawait load(['/a', '/b']);",
      errors: [{ messageId: 'unbounded' }],
    },
    {
      code: 'await Promise.all(names.filter((name) => known.includes(name)).map((name) => fetch(name)));',
      errors: [{ messageId: 'unbounded', suggestions: 0 }],
    },
    {
      code: 'const all = await Promise.all([a, b].concat(others).map((url) => fetch(url)));',
      errors: [{ messageId: 'unbounded' }],
    },
    {
      code: "class Lock { get files() { return this.old ? ['a'] : this.all; } load() { return Promise.all(this.files.map((file) => fetch(file))); } }",
      errors: [{ messageId: 'unbounded' }],
    },
    {
      code: 'const pages = await Promise.all(urls.map((url) => fetch(url)));',
      errors: [{ messageId: 'unbounded', data: { array: 'urls' } }],
    },
    { code: 'const pages = await Promise.all(urls.map(fetch));', errors: [{ messageId: 'unbounded' }] },
    {
      code: 'const loads = urls.map((url) => fetch(url)); await Promise.allSettled(loads);',
      errors: [{ messageId: 'unbounded' }],
    },
    {
      code: 'async function load(url) { return fetch(url); } const all = await Promise.all(urls.map(load));',
      errors: [{ messageId: 'unbounded' }],
    },
    {
      code: 'const urls = []; urls.push(a); const all = await Promise.all(urls.map((url) => fetch(url)));',
      errors: [{ messageId: 'unbounded' }],
    },
    {
      code: "import { readFile } from 'node:fs/promises';\nconst texts = await Promise.all(files.filter(Boolean).map((file) => readFile(file, 'utf8')));",
      errors: [{ messageId: 'unbounded', data: { array: 'files.filter(Boolean)' } }],
    },
    {
      code: "const { promises } = require('fs');\nmodule.exports = (files) => Promise.all(files.map((file) => promises.copyFile(file, target)));",
      errors: [{ messageId: 'unbounded' }],
    },
    {
      code: "import { run } from '@openai/agents';\nconst answers = await Promise.all(tasks.map(async (task) => { const { finalOutput } = await run(agent, task); return finalOutput; }));",
      errors: [{ messageId: 'unbounded' }],
    },
    {
      code: 'await Promise.all(urls.map(async (url) => { await fetch(url); }));',
      errors: [
        {
          messageId: 'unbounded',
          suggestions: [
            {
              messageId: 'batches',
              output:
                'for (let start = 0; start < urls.length; start += 10) {\nawait Promise.all(urls.slice(start, start + 10).map(async (url) => { await fetch(url); }));\n}',
            },
            { messageId: 'sequence', output: 'for (const url of urls) { await fetch(url); }' },
          ],
        },
      ],
    },
    {
      code: 'await Promise.all(users.map((user) => db.query(user)));',
      options: [{ calls: ['^query$'] }],
      errors: [{ messageId: 'unbounded', suggestions: 1 }],
    },
    {
      code: 'const all = await Promise.all(items.map(async (item) => check(item)));',
      options: [{ callbacks: 'async' }],
      errors: [{ messageId: 'unbounded' }],
    },
    {
      code: 'const pages = await Promise.all((urls as string[]).map((url) => fetch(url)));',
      ts: true,
      errors: [{ messageId: 'unbounded' }],
    },
  ],
});
