import { testRule } from '../../test/rule-suite.js';
import rule from './require-signal-or-limit.js';

const cp = (code: string) => `import { spawn, execFile, execFileSync } from 'node:child_process';\n${code}`;
const agents = (code: string) => `import { run } from '@openai/agents';\n${code}`;

testRule('require-signal-or-limit', rule, {
  valid: [
    'await fetch(url, { signal });',
    "await fetch(url, { method: 'POST', signal: AbortSignal.timeout(1000) });",
    // Options that the source does not show.
    'await fetch(url, options);',
    'await fetch(url, { ...defaults });',
    'await fetch(...args);',
    'const options = {}; options.signal = signal; await fetch(url, options);',
    // A request carries its own signal.
    'await fetch(request);',
    'await fetch(new Request(url, { signal }));',
    'const next = new Request(url, { signal }); await fetch(next);',
    // Not the global.
    'import { fetch } from "./own.js"; await fetch(url);',
    'function load(fetch) { return fetch(url); }',
    'await store.fetch(url);',
    cp("spawn('git', ['log'], { signal });"),
    cp("execFileSync('git', ['log'], { timeout: 1000 });"),
    cp("execFile('git', args, { timeout: 1000 }, done);"),
    // The user's terminal, or a process that lives on.
    cp("spawn('vim', [file], { stdio: 'inherit' });"),
    cp("spawn('daemon', [], { detached: true }).unref();"),
    // It is ended, or handed out.
    cp("const server = spawn('server'); stop.on('exit', () => server.kill());"),
    cp("const start = () => spawn('server');"),
    cp("this.child = spawn('server'); function stop() { this.child.kill(); }"),
    cp("const server = spawn('server'); watchOver(server);"),
    agents('await run(agent, input, { signal });'),
    agents('await run(agent, input, { maxTurns: 8 });'),
    'run(agent, input);',
    { code: cp("execFileSync('git', ['log']);"), options: [{ sync: false }] },
    { code: 'await fetch(url);', filename: 'test/load.js' },
  ],
  invalid: [
    {
      code: 'await fetch(url);',
      errors: [
        {
          messageId: 'request',
          suggestions: [{ messageId: 'timeout', output: 'await fetch(url, { signal: AbortSignal.timeout(30_000) });' }],
        },
      ],
    },
    {
      code: "await fetch(url, { method: 'POST' });",
      errors: [
        {
          messageId: 'request',
          suggestions: [
            {
              messageId: 'timeout',
              output: "await fetch(url, { signal: AbortSignal.timeout(30_000), method: 'POST' });",
            },
          ],
        },
      ],
    },
    { code: "const options = { method: 'POST' }; await fetch(url, options);", errors: [{ messageId: 'request' }] },
    { code: 'import { fetch } from "undici"; await fetch(url);', errors: [{ messageId: 'request', suggestions: 1 }] },
    {
      code: cp("execFileSync('git', ['log']);"),
      options: [{ sync: true }],
      errors: [
        {
          messageId: 'process',
          suggestions: [{ messageId: 'timeout', output: cp("execFileSync('git', ['log'], { timeout: 30_000 });") }],
        },
      ],
    },
    {
      code: cp("execFile('git', ['log'], (error, stdout) => done(error, stdout));"),
      errors: [{ messageId: 'process' }],
    },
    {
      code: cp("execFile('git', args, {}, done);"),
      errors: [
        {
          messageId: 'process',
          suggestions: [{ messageId: 'timeout', output: cp("execFile('git', args, { timeout: 30_000 }, done);") }],
        },
      ],
    },
    {
      code: cp("const ls = spawn('ls', ['-l']); ls.on('close', done);"),
      errors: [{ messageId: 'process', suggestions: 1 }],
    },
    {
      code: cp("const git = (args) => execFileSync('git', args);"),
      options: [{ sync: true }],
      errors: [{ messageId: 'process', suggestions: 1 }],
    },
    { code: agents('const result = await run(agent, input);'), errors: [{ messageId: 'agent', suggestions: 1 }] },
    {
      code: agents('const result = await run(agent, input, { context });'),
      errors: [{ messageId: 'agent', suggestions: 1 }],
    },
    {
      code: "import { download } from 'downloads'; await download(url, {});",
      options: [{ calls: [{ module: 'downloads', name: 'download', options: 1, keys: ['signal'] }] }],
      errors: [{ messageId: 'request', suggestions: 1 }],
    },
    {
      code: 'const answer: Response = await fetch(url as string, {} satisfies RequestInit);',
      ts: true,
      errors: [{ messageId: 'request' }],
    },
  ],
});
