/** What the installed `codex cloud` can do, as its help says. */
export interface CloudCapabilities {
  readonly exec: boolean;
  readonly status: boolean;
  readonly diff: boolean;
  /** `exec --attempts`: more than one attempt at a task. */
  readonly attempts: boolean;
  /** `exec --branch`. */
  readonly branch: boolean;
  /** `list --json`: without it, no submission that was cut off can be found again. */
  readonly listJson: boolean;
  /** `diff --attempt`. */
  readonly diffAttempt: boolean;
}

/** The help texts of `codex cloud` and its subcommands; empty where there is none. */
export interface CloudHelp {
  readonly cloud: string;
  readonly exec: string;
  readonly list: string;
  readonly diff: string;
}

const hasCommand = (help: string, name: string): boolean => new RegExp(`^\\s{2,}${name}\\s`, 'm').test(help);
const hasFlag = (help: string, name: string): boolean => new RegExp(`^\\s+(?:-\\w, )?--${name}\\b`, 'm').test(help);

/** Reads capabilities from help texts. A word that is no subcommand makes Codex print its general help, which counts as none. */
export function readCapabilities({ cloud, exec, list, diff }: CloudHelp): CloudCapabilities {
  const isCloud = /^Usage: \S+ cloud\b/m.test(cloud);
  const has = (name: string): boolean => isCloud && hasCommand(cloud, name);
  return {
    exec: has('exec'),
    status: has('status'),
    diff: has('diff'),
    attempts: has('exec') && hasFlag(exec, 'attempts'),
    branch: has('exec') && hasFlag(exec, 'branch'),
    listJson: has('list') && hasFlag(list, 'json'),
    diffAttempt: has('diff') && hasFlag(diff, 'attempt'),
  };
}
