/* eslint-disable @nx/enforce-module-boundaries -- an example imports what its reader would */
import { Agent, OpenAIProvider, Runner } from '@openai/agents';
import { startReplay } from '@codex-orch/replay';

await using server = await startReplay({
  script: [{ scene: 'greeting', when: { input: 'hello' }, steps: [{ say: 'Hello to you.' }] }],
});
const modelProvider = new OpenAIProvider({ apiKey: 'none', baseURL: server.baseUrl, useResponses: true });
const runner = new Runner({ modelProvider, tracingDisabled: true });
const result = await runner.run(new Agent({ name: 'host', model: 'gpt-5.5' }), 'hello there');

console.log(result.finalOutput);
console.log(server.report().exchanges);
