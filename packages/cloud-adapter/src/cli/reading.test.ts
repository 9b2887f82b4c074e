import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainFailure } from './explain-failure.js';
import { retryAfterOf } from './retry-after.js';
import { taskOfUrl } from './task-id.js';
import { readList, readStatus } from './task-status.js';

const http = (status: string, body: string): string =>
  `WARNING: something else\nError: http error: get_task_details failed: GET https://chatgpt.com/backend-api/wham/tasks/t failed: ${status}; content-type=application/json; body=${body}\n`;

describe('what codex cloud complains about', () => {
  it.each([
    [http('404 Not Found', '{"detail":"Not found"}'), 'cloud-task-gone'],
    [http('401 Unauthorized', '{"error":{"code":"token_expired"}}'), 'cloud-login'],
    [http('403 Forbidden', '<!DOCTYPE html><title>Just a moment…'), 'cloud-unavailable'],
    [http('429 Too Many Requests', ''), 'cloud-rate-limited'],
    [http('503 Service Unavailable', 'x'), 'cloud-unavailable'],
    ["Not signed in. Please run 'codex login' to sign in with ChatGPT, then re-run 'codex cloud'.", 'cloud-login'],
    [
      "Error: environment 'a b' not found; run `codex cloud` to list available environments",
      'cloud-environment-unknown',
    ],
    ["Error: environment label 'x' is ambiguous; run `codex cloud` to pick", 'cloud-environment-ambiguous'],
    ['Error: no cloud environments are available for this workspace', 'cloud-environment-unknown'],
    ['Error: http error: get_task_details failed: error sending request for url (https://x/)', 'cloud-unavailable'],
    [http('418 I am a teapot', ''), undefined],
    ['Error: something new', undefined],
  ])('%j', (stderr, code) => {
    expect(explainFailure(stderr, 't')?.code).toBe(code);
  });

  it('is unclear only where a task may have been made', () => {
    const post =
      'Error: http error: create_task failed: POST https://x/wham/tasks failed: 502 Bad Gateway; content-type=; body=';
    expect(explainFailure(post)).toMatchObject({ isUnclear: true });
    expect(explainFailure(post.replace('create_task', 'list_tasks'))).toMatchObject({ isUnclear: false });
    expect(explainFailure(post.replace('502 Bad Gateway', '429 Too Many Requests'))).toMatchObject({
      code: 'cloud-rate-limited',
    });
  });

  it('never makes reading fail, and takes no longer for a long answer', () => {
    const pieces = [
      'Error: ',
      'create_task failed: ',
      ' failed: 404',
      '; content-type=',
      'body=',
      '\n',
      '[READY] ',
      '{',
      '"',
      '\0',
      'https://x/tasks/',
      'é',
    ];
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        explainFailure(text);
        readStatus(text);
        readList(text);
        taskOfUrl(text);
      }),
    );
    expect(explainFailure(`Error: ${' failed: 429 ;'.repeat(70_000)}`)?.code).toBe('cloud-rate-limited');
  });
});

describe('how long to wait', () => {
  it.each([
    ['{"retry_after": 12}', 12_000],
    ['{"error":{"resets_in_seconds":90.5}}', 90_500],
    ['Please try again in 20s.', 20_000],
    ['Rate limit reached, retry after 3 m', 180_000],
    ['{"retry_after": 99999999}', 3_600_000],
    ['{"detail":"Too many requests"}', undefined],
  ])('%j', (body, ms) => {
    expect(retryAfterOf(body)).toBe(ms);
  });
});

describe('the status of a task', () => {
  it('is the first word, whatever the title says', () => {
    expect(readStatus('[PENDING] [READY] done\n[READY] really\nacme/shop  •  1m ago\nno diff\n')).toBe('pending');
    expect(readStatus('[APPLIED] x\n')).toBe('applied');
  });

  it.each(['', '[SLEEPING] x', 'READY x', ' [READY] x', '\u001b[32m[READY] x'])('is unknown in %j', (printed) => {
    expect(readStatus(printed)).toBeUndefined();
  });
});

it('a task is named by the last line of what was printed, and by nothing that could be a path or a flag', () => {
  expect(taskOfUrl('https://chatgpt.com/codex/tasks/task_e_1\n')?.taskId).toBe('task_e_1');
  expect(taskOfUrl('a warning\nhttps://chatgpt.com/codex/tasks/task_e_1')?.taskId).toBe('task_e_1');
  for (const odd of [
    'https://x/tasks/-rf',
    'https://x/tasks/..',
    'task_e_1',
    'https://x/tasks/a%2fb',
    'https://x/tasks/',
  ])
    expect(taskOfUrl(odd)).toBeUndefined();
});

it('a list with fields that are new is read, and one without what is needed is not', () => {
  const task = { id: 't', title: 'x', status: 'ready', updated_at: '2026-11-22T20:00:00Z', novelty: 1 };
  expect(readList(JSON.stringify({ tasks: [task], cursor: null, more: true }))).toEqual({
    tasks: [
      { id: 't', title: 'x', state: 'ready', updatedAt: task.updated_at, environmentId: null, environmentLabel: null },
    ],
    cursor: null,
  });
  expect(readList(JSON.stringify({ tasks: [{ ...task, status: 'sleeping' }] }))).toBeUndefined();
  expect(readList('[]')).toBeUndefined();
});
