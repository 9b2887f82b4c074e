/** What Codex Cloud calls a task. Anything else could be a path or a flag. */
export const taskIdPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,199}$/;

/** Neither blanks nor what a terminal would obey. */
const isPlain = /^[\x21-\x7e]+$/;

/** The task at the end of an address such as `https://chatgpt.com/codex/tasks/task_e_1`, the last line of what was printed. */
export function taskOfUrl(printed: string): { readonly taskId: string; readonly url: string } | undefined {
  const url = printed.trim().split('\n').at(-1)?.trim() ?? '';
  if (!isPlain.test(url) || !URL.canParse(url)) return undefined;
  const [, taskId] = /\/tasks\/([^/?#]+)$/.exec(url) ?? [];
  return taskId !== undefined && taskIdPattern.test(taskId) ? { taskId, url } : undefined;
}
