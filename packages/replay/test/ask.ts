import type { ReplayServer } from '../src/index.js';

/** An answer of the Responses API, as far as tests look at it. */
export interface Answer {
  readonly output: readonly {
    readonly type: string;
    readonly name?: string;
    readonly arguments?: string;
    readonly call_id?: string;
    readonly content?: readonly { readonly text: string }[];
  }[];
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number; readonly total_tokens: number };
}

export const userSays = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
export const environment = (cwd: string) =>
  userSays(`<environment_context>\n  <cwd>${cwd}</cwd>\n</environment_context>`);

/** Posts a request, without a client library in between. */
export function post(server: ReplayServer, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.baseUrl}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** Posts a request and reads its JSON answer. */
export async function ask(server: ReplayServer, body: object): Promise<Answer> {
  const response = await post(server, body);
  if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** The error of a refused request. */
export async function refusal(
  server: ReplayServer,
  body: object,
): Promise<{ status: number; error: Record<string, unknown> & { message: string } }> {
  const response = await post(server, body);
  const { error } = (await response.json()) as { error: Record<string, unknown> & { message: string } };
  return { status: response.status, error };
}

/** What a request calls or says, one word or text an item. */
export const gist = (answer: Answer): string[] =>
  answer.output.map((item) => item.content?.[0]?.text ?? `${item.name ?? item.type} ${item.arguments ?? ''}`.trim());
