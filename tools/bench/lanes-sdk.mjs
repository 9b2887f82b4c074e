/**
 * Usage: node lanes-sdk.mjs <module> <codex> <prompt> <folder>...
 *
 * One turn in each folder, all at a time, through `@openai/codex-sdk`.
 */
import process from 'node:process';

const [module = '', codexPathOverride, prompt, ...folders] = process.argv.slice(2);
const { Codex } = await import(module);
const codex = new Codex({ codexPathOverride });
await Promise.all(
  folders.map((workingDirectory) =>
    codex.startThread({ workingDirectory, sandboxMode: 'workspace-write' }).run(prompt),
  ),
);
