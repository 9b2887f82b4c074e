import { type Application, type CommandContext, generateHelpTextForAllCommands } from '@stricli/core';
import { expect, it } from 'vitest';
import { app } from './app.js';
import { exitCode } from './exit-code-values.js';

const meanings: Readonly<Record<keyof typeof exitCode, string>> = {
  done: 'done; a rejection that was recorded counts as done, and so does a demo that waits for approval',
  failed:
    'the run ended otherwise (`failed`, `blocked`, `rejected`, `escalated`, `exhausted`, `cancelled`), or the command was refused',
  usage: 'the command line was wrong',
  waiting: 'the run waits for an approval',
  cannotCreate: 'a file or folder cannot be created (`not-writable`, `run-place-unsafe`)',
  ioError: 'reading or writing failed (`disk-full`, `log-write-failed`, `audit-unavailable`)',
  locked: 'another live process holds the run (`locked`)',
  interrupted: 'interrupted; the run can be resumed',
};

it('is documented in docs/cli.md, every command and exit code', async () => {
  const commands = generateHelpTextForAllCommands(app as unknown as Application<CommandContext>);
  const codes = (Object.keys(exitCode) as (keyof typeof exitCode)[]).map(
    (name) => `| ${exitCode[name]} | ${meanings[name]} |`,
  );
  const sections = commands.map(([route, help]) => `## \`${route}\`\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\``);

  expect(commands.map(([route]) => route)).toContain('codex-orch runs verify');
  await expect(`# Command line

Generated from the commands themselves; do not edit. After a change: \`npm run generate\`.

Progress goes to standard error, results to standard output. With \`--json\`, standard output holds one JSON document and nothing
else; an error is \`{"error": {"code", "message", "hint"}}\`, with the codes of [errors.md](errors.md), or \`usage\` for
words that are no command line, or \`interrupted\`. Without a terminal, and with
\`NO_COLOR\`, output has no colours. \`codex-orch --version\` prints the version.

| exit code | meaning |
|---|---|
${codes.join('\n')}

${sections.join('\n\n')}
`).toMatchFileSnapshot('../../../docs/cli.md');
});
