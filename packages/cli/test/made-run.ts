import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createWorkspace, excludeFromGit, type GoalEvent, newRunId, openRepository, RunStore } from '@codex-orch/core';
import { noteRun, runLayout } from '../src/compose/noted-runs.js';
import type { World } from './world.js';

export interface RunToMake {
  readonly goal: string;
  /** Files of the work; null deletes one. */
  readonly files: Readonly<Record<string, string | null>>;
  /** Whether a human approved it; true by default. Null: a human rejected it. */
  readonly approved?: boolean | null | undefined;
  /** Whether its process was ended before it had built anything; false by default. */
  readonly stopped?: boolean | undefined;
  /** What it starts from; the head of the repository by default. */
  readonly base?: { readonly commit: string; readonly branch: string } | undefined;
  /** The run that it mends, and the integration in which that one conflicted. */
  readonly follows?: { readonly runId: string; readonly integration: string } | undefined;
}

const usage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, totalTokens: 0, turns: 0, elapsedMs: 0 };
const chosenBy = 'only-legal';

/** The record of a run as the orchestrator leaves it, made without a model; its diff is a real one. */
export async function makeRun(
  world: World,
  { goal, files, approved = true, stopped = false, base, follows }: RunToMake,
): Promise<string> {
  const repository = await openRepository(world.repo);
  const runId = newRunId();
  const location = runLayout(world.env, repository.root).place('adhoc', runId);
  await noteRun(world.env, location);
  await excludeFromGit(repository, '.runs/');
  await runLayout(world.env, repository.root).make(location);
  const { commit, branch } = base ?? repository.head;
  const workspace = await createWorkspace({
    repository,
    commit,
    dir: path.join(world.root, 'state/workspaces', runId),
  });
  for (const [name, content] of Object.entries(files)) {
    if (content === null) await rm(path.join(workspace.tree, name));
    else await writeFile(path.join(workspace.tree, name), content);
  }
  const { tree } = await workspace.snapshot();
  const written = await workspace.writeDiff(tree, path.join(location.dir, 'diff.patch'));
  const diff = { tree, sha256: written.sha256, bytes: written.bytes, files: [...written.files] };
  const at = '2026-01-02T03:04:05.000Z';
  const by = { actor: 'human', name: 'Ada Example', email: 'ada@example.org' } as const;
  const events: GoalEvent[] = [
    {
      type: 'run.created',
      data: {
        runId,
        taskId: 'adhoc',
        goal,
        repository: repository.root,
        base: { commit, branch },
        limits: { tokens: 1000, turns: 10, minutes: 10, revisions: 1, replans: 1 },
        testsRequired: true,
        version: '0.0.0',
        ...(follows ? { follows } : {}),
      },
    },
    {
      type: 'preflight.passed',
      data: {
        mode: { requested: 'auto', used: 'app-server', reason: 'test' },
        codex: { version: '0', driver: 'app-server', path: '/codex' },
        model: { codex: null, roles: 'none', provider: 'none' },
        testCommands: [['true']],
        notes: [],
      },
    },
    {
      type: 'plan.accepted',
      data: {
        plan: { summary: 'One.', subtasks: [{ id: 'one', title: 'One', instructions: 'Do it.', paths: [] }] },
        chosenBy,
        usage,
      },
    },
    {
      type: 'build.finished',
      data: {
        subtask: 'one',
        revision: 0,
        build: { status: 'completed', threadId: 't', text: '', error: null },
        diff,
        chosenBy,
        usage,
      },
    },
    {
      type: 'tests.finished',
      data: {
        diffSha256: diff.sha256,
        tests: {
          passed: true,
          commands: [
            {
              command: ['true'],
              exitCode: 0,
              timedOut: false,
              durationMs: 1,
              counts: null,
              log: 'tests/1-1.log',
              tail: '',
            },
          ],
          reason: null,
        },
        chosenBy,
        usage,
      },
    },
    {
      type: 'review.finished',
      data: {
        diffSha256: diff.sha256,
        review: { verdict: 'approve', summary: 'Good.', findings: [] },
        chosenBy,
        usage,
      },
    },
  ];
  await using store = await RunStore.open(location);
  for (const event of stopped ? events.slice(0, 2) : events) await store.append(event, { actor: 'orchestrator' });
  if (stopped) return runId;
  await store.recordArtifact('diff', 'diff.patch', { key: 'diff' });
  if (approved === false) return runId;
  const subject = { kind: 'diff', id: runId, sha256: diff.sha256 } as const;
  const decision = approved === null ? 'rejected' : 'approved';
  const approval = { subject, decision, by, at, channel: 'cli', justification: '' } as const;
  await store.append({ type: 'approval.recorded', data: { approval } }, { actor: `human:${by.email}` });
  if (approved === null) return runId;
  const promoted = { commit: await workspace.commit({ tree, message: goal, author: by, at }), diffSha256: diff.sha256 };
  await store.append({ type: 'promoted', data: promoted }, { actor: 'orchestrator' });
  return runId;
}
