import { type CodexEvent, cut, describeEvent, type EventTone, type RecordedEvent, type Usage } from '@codex-orch/core';
import { elevationLines } from './elevation.js';
import type { Palette } from './palette.js';
import { visibleLine } from './visible.js';

const marks: Readonly<Record<EventTone, (palette: Palette) => string>> = {
  begins: ({ cyan }) => cyan('●'),
  good: ({ green }) => green('✓'),
  bad: ({ red }) => red('✗'),
  note: ({ yellow }) => yellow('!'),
  asks: ({ yellow }) => yellow('?'),
  again: ({ yellow }) => yellow('↻'),
};

function took({ elapsedMs, totalTokens }: Usage): string {
  return `(${(elapsedMs / 1000).toFixed(1)} s${totalTokens > 0 ? `, ${totalTokens} tokens` : ''})`;
}

/** What a person wants to know of a run's event, as one or more lines; empty for the rest. */
export function printEvent({ event }: Pick<RecordedEvent, 'event'>, palette: Palette): readonly string[] {
  const lines = describeEvent(event).flatMap(({ tone, what, detail, usage, more }) => [
    `${marks[tone](palette)} ${palette.bold(what.padEnd(10))} ${visibleLine(detail)}${usage ? ` ${palette.dim(took(usage))}` : ''}`,
    ...more.map(
      ({ label, text }) => `    ${label === undefined ? '' : `${palette.yellow(label)} `}${visibleLine(text)}`,
    ),
  ]);
  if (event.type !== 'elevation.requested') return lines;
  return [...lines.map((line) => `${line} and to`), ...elevationLines(event.data.request)];
}

/** What Codex does at this moment, as one dim line. */
export function printCodexEvent(event: CodexEvent, palette: Palette): string | undefined {
  switch (event.type) {
    case 'command.started':
      return palette.dim(`    $ ${visibleLine(cut(event.command))}`);
    case 'patch':
      return palette.dim(`    ± ${visibleLine(cut(event.paths.join(', ')))}`);
    case 'warning':
      return palette.dim(`    ! ${visibleLine(cut(event.text))}`);
    default:
      return undefined;
  }
}
