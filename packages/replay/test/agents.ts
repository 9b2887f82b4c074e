import { OpenAIProvider, Runner, setTracingDisabled } from '@openai/agents';

setTracingDisabled(true);

/** A runner of the Agents SDK whose only model provider is the stand-in. */
export const runnerAt = (baseUrl: string): Runner =>
  new Runner({
    modelProvider: new OpenAIProvider({ apiKey: 'unused-but-required', baseURL: baseUrl, useResponses: true }),
    tracingDisabled: true,
  });
