import type * as AgentsSdk from '@openai/agents-core';

export type Sdk = typeof AgentsSdk;

/**
 * Loads the Agents SDK. Only its core, which costs less and never sends traces to the vendor by itself.
 *
 * With `traceProcessors`, these replace the process's trace processors, the SDK's printing one among them.
 */
export async function loadSdk(traceProcessors: readonly AgentsSdk.TracingProcessor[] | undefined): Promise<Sdk> {
  const sdk = await import('@openai/agents-core');
  if (traceProcessors) sdk.setTraceProcessors([...traceProcessors]);
  return sdk;
}
