import { OrchError } from '@codex-orch/core';
import type { Problem } from '../check/position.js';

/** The registry of tasks and specs cannot be read. */
export class RegistryBrokenError extends OrchError {
  readonly code = 'registry-broken';
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    const [first] = problems;
    const place = first ? `:${first.line}:${first.column}` : '';
    super(`${file}${place} cannot be used: ${first?.message ?? 'it cannot be read'}.`, {
      hint: 'Mend the file by hand, or take an earlier version of it from git. Nothing was changed.',
    });
    this.problems = problems;
  }
}

/** Somebody else changed the registry while it was changed here, again and again. */
export class RegistryBusyError extends OrchError {
  readonly code = 'registry-busy';
  override readonly interrupts = true;

  constructor(file: string) {
    super(`${file} is being changed by somebody else; nothing was written.`, {
      hint: 'Wait a moment, then try again.',
    });
  }
}

/** The registry's file is no regular file, or too large to be one. */
export class RegistryUnreadableError extends OrchError {
  readonly code = 'registry-unreadable';
  override readonly interrupts = true;

  constructor(file: string, reason: string) {
    super(`${file} cannot be read: ${reason}.`, { hint: 'Put a regular file in its place.' });
  }
}

/** A task or spec is not in the registry. */
export class EntryUnknownError extends OrchError {
  readonly code = 'entry-unknown';

  constructor(kind: 'task' | 'spec', id: string, known: readonly string[]) {
    const near = known.filter((other) => other.includes(id) || id.includes(other)).slice(0, 5);
    super(`There is no ${kind} "${id}" in the registry.`, {
      hint:
        near.length > 0
          ? `Did you mean ${near.join(', ')}?`
          : kind === 'spec'
            ? 'Register the file first: `codex-orch spec register PATH`.'
            : '`codex-orch task list` shows all.',
    });
  }
}

/** An id or a path is taken. */
export class EntryExistsError extends OrchError {
  readonly code = 'entry-exists';

  constructor(kind: 'task' | 'spec', id: string) {
    super(`There is a ${kind} "${id}" already.`, { hint: 'Choose another id, or change the one that is there.' });
  }
}

/** A spec's file does not allow what was asked for. */
export class SpecUnusableError extends OrchError {
  readonly code = 'spec-unusable';

  constructor(path: string, reason: string) {
    super(`${path} cannot be used: ${reason}.`, {
      hint: 'Mend its front matter; `codex-orch guard` shows what is wrong, with line and column.',
    });
  }
}

/** A file is to be a spec and is not where specs are. */
export class SpecMisplacedError extends OrchError {
  readonly code = 'spec-misplaced';

  constructor(path: string, folder: string) {
    super(`${path} cannot be a spec: it is not in ${folder}.`, {
      hint: `Move it there, then register it again: what lies elsewhere is not checked.`,
    });
  }
}

/** An entry that would not be understood when the registry is read again. */
export class EntryInvalidError extends OrchError {
  readonly code = 'entry-invalid';

  constructor(field: string, why: string) {
    super(`The ${field} ${why}.`, { hint: 'Nothing was written. Give another one.' });
  }
}
