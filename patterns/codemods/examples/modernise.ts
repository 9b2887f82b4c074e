/* eslint-disable @nx/enforce-module-boundaries -- an example imports what its reader would */
import { codemod } from '@codex-orch/codemods/buffer-constructor';

const before = `const greeting = new Buffer('hello');
const rest = new Buffer(request.body);
`;
const { source, declined } = codemod.transform({ path: 'greet.js', source: before });

console.log(source.split('\n')[0]);
for (const { line, column, reason, message } of declined) console.log(`${line}:${column} ${reason}: ${message}`);
