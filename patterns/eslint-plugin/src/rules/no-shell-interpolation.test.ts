import { testRule } from '../../test/rule-suite.js';
import rule from './no-shell-interpolation.js';

const sync = (call: string) => `import { execSync } from 'node:child_process';\n${call}`;
const fixed = (call: string) => `import { execSync, execFileSync } from 'node:child_process';\n${call}`;

testRule('no-shell-interpolation', rule, {
  valid: [
    sync("execSync('git status --short');"),
    sync('execSync(`git status`);'),
    sync("const flags = '--short'; execSync(`git status ${flags}`);"),
    // Numbers hold no metacharacters.
    sync('execSync(`kill ${process.pid}`);'),
    sync('execSync(`head -n ${Number(count)} list.txt`);'),
    sync('execSync(`git show ${shellQuote.quote([rev])}`);'),
    sync("execSync(`tar cf all.tar ${files.map(quote).join(' ')}`);"),
    // Text that the source does not show.
    sync('function run(command) { return execSync(command); }'),
    "import { execFile } from 'node:child_process';\nexecFile('git', ['show', rev]);",
    "import { spawn } from 'node:child_process';\nspawn('git', ['show', `${rev}:${file}`]);",
    "import { spawn } from 'node:child_process';\nspawn('git', ['show', rev], { shell: false });",
    "import { spawn } from 'node:child_process';\nspawn('npm', ['test'], { shell: true });",
    // A method of the same name that starts no shell.
    'const match = /a/.exec(`text ${value}`);',
    'db.exec(`DELETE FROM ${table}`);',
    "import { execSync } from './own.js';\nexecSync(`git show ${rev}`);",
    'function exec() {} exec(`git show ${rev}`);',
    { code: sync('execSync(`git show ${safe(rev)}`);'), options: [{ quoters: '^safe$' }] },
  ],
  invalid: [
    {
      code: sync('execSync(`git show ${rev}`);'),
      output: fixed("execFileSync('git', ['show', String(rev)]);"),
      errors: [{ messageId: 'interpolated', data: { value: 'rev' } }],
    },
    {
      code: sync("execSync('git show ' + rev + ' --stat', { cwd });"),
      output: fixed("execFileSync('git', ['show', String(rev), '--stat'], { cwd });"),
      errors: [{ messageId: 'interpolated' }],
    },
    {
      code: "import * as cp from 'child_process';\ncp.exec(`git show ${rev}`, (error) => done(error));",
      output:
        "import * as cp from 'child_process';\ncp.execFile('git', ['show', String(rev)], (error) => done(error));",
      errors: [{ messageId: 'interpolated' }],
    },
    {
      code: "const cp = require('child_process');\ncp.execSync(`git show ${rev}`);",
      output: "const cp = require('child_process');\ncp.execFileSync('git', ['show', String(rev)]);",
      errors: [{ messageId: 'interpolated' }],
    },
    {
      code: "import { execSync as sh, execFileSync } from 'node:child_process';\nsh(`git show ${rev}`); execFileSync('ls');",
      output:
        "import { execSync as sh, execFileSync } from 'node:child_process';\nexecFileSync('git', ['show', String(rev)]); execFileSync('ls');",
      errors: [{ messageId: 'interpolated' }],
    },
    // Several words in one value, a script on Windows, options that the source does not show: a person must look.
    {
      code: sync('execSync(`git show ${args}`);'),
      errors: [
        {
          messageId: 'interpolated',
          suggestions: [{ messageId: 'useExecFile', output: fixed("execFileSync('git', ['show', String(args)]);") }],
        },
      ],
    },
    {
      code: sync('execSync(`npm view ${name}`);'),
      errors: [
        {
          messageId: 'interpolated',
          suggestions: [{ messageId: 'useExecFile', output: fixed("execFileSync('npm', ['view', String(name)]);") }],
        },
      ],
    },
    { code: sync('execSync(`git show ${rev}`, options);'), errors: [{ messageId: 'interpolated', suggestions: 1 }] },
    // Quotes, metacharacters, parts of words, shell builtins and variable programs cannot be rewritten word by word.
    { code: sync('execSync(`git commit -m "${message}"`);'), errors: [{ messageId: 'interpolated' }] },
    { code: sync('execSync(`git show ${rev} | head`);'), errors: [{ messageId: 'interpolated' }] },
    { code: sync('execSync(`git show ${rev}:file`);'), errors: [{ messageId: 'interpolated' }] },
    { code: sync('execSync(`cd ${folder}`);'), errors: [{ messageId: 'interpolated' }] },
    { code: sync('execSync(`${program} --version`);'), errors: [{ messageId: 'interpolated' }] },
    { code: sync('execSync(`FOO=1 node ${file}`);'), errors: [{ messageId: 'interpolated' }] },
    { code: sync('const command = `git show ${rev}`; execSync(command);'), errors: [{ messageId: 'interpolated' }] },
    // The name is taken in the file.
    { code: sync('function execFileSync() {} execSync(`git show ${rev}`);'), errors: [{ messageId: 'interpolated' }] },
    {
      code: "import { exec } from 'node:child_process';\nimport { promisify } from 'node:util';\nconst run = promisify(exec);\nawait run(`git show ${rev}`);",
      errors: [{ messageId: 'interpolated' }],
    },
    {
      code: "import { spawn } from 'node:child_process';\nspawn(`git show ${rev}`, { shell: true });",
      errors: [{ messageId: 'interpolated' }],
    },
    {
      code: "import { spawn } from 'node:child_process';\nspawn('git', ['show', rev], { cwd, shell: true });",
      errors: [
        {
          messageId: 'argument',
          suggestions: [
            {
              messageId: 'dropShell',
              output: "import { spawn } from 'node:child_process';\nspawn('git', ['show', rev], { cwd });",
            },
          ],
        },
      ],
    },
    {
      code: "import { spawn } from 'node:child_process';\nspawn('git', ['show', rev], { shell: process.platform === 'win32', cwd });",
      errors: [
        {
          messageId: 'argument',
          suggestions: [
            {
              messageId: 'dropShell',
              output: "import { spawn } from 'node:child_process';\nspawn('git', ['show', rev], { cwd });",
            },
          ],
        },
      ],
    },
    {
      code: sync('function show(rev: string) { return execSync(`git show ${rev}`); }'),
      ts: true,
      output: fixed("function show(rev: string) { return execFileSync('git', ['show', rev]); }"),
      errors: [{ messageId: 'interpolated' }],
    },
  ],
});
