import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';

const range = z.object({ startOffset: z.number(), endOffset: z.number(), count: z.number() });

const reportSchema = z.object({
  result: z.array(z.object({ url: z.string(), functions: z.array(z.object({ ranges: z.array(range) })) })),
});

type Range = z.infer<typeof range>;

/** The numbers, from 1, of the lines that were executed, by the path of their file inside the tree. */
export type ExecutedLines = ReadonlyMap<string, ReadonlySet<number>>;

/**
 * Reads what V8 wrote into the folder of `NODE_V8_COVERAGE`: a line counts as executed where its first character that is no blank
 * was, in any process. Files outside the tree, and its `node_modules`, are left out.
 */
export async function readExecutedLines(coverageDir: string, tree: string): Promise<ExecutedLines> {
  const executed = new Map<string, Set<number>>();
  const sources = new Map<string, Promise<string>>();
  for (const name of await readdir(coverageDir)) {
    const report = reportSchema.safeParse(parse(await readFile(path.join(coverageDir, name), 'utf8')));
    // A process that was killed while it wrote leaves a part.
    if (!report.success) continue;
    for (const { url, functions } of report.data.result) {
      const file = insideOf(tree, url);
      if (file === undefined) continue;
      let source = sources.get(file);
      if (!source) sources.set(file, (source = readFile(path.join(tree, file), 'utf8').catch(() => '')));
      const lines = executed.get(file) ?? new Set();
      executed.set(file, lines);
      for (const line of executedLines(
        await source,
        functions.flatMap(({ ranges }) => ranges),
      ))
        lines.add(line);
    }
  }
  return executed;
}

function insideOf(tree: string, url: string): string | undefined {
  const place = url.startsWith('file:') ? fileURLToPath(new URL(url.replace(/[?#].*$/, ''), pathToFileURL('/'))) : url;
  if (!path.isAbsolute(place)) return undefined;
  const relative = path.relative(tree, place).split(path.sep).join('/');
  return relative.startsWith('../') || relative.startsWith('node_modules/') ? undefined : relative;
}

/** An inner range speaks louder than the one around it; of two that are equal, the one that comes later. */
function executedLines(source: string, ranges: readonly Range[]): number[] {
  const widestFirst = ranges.toSorted(
    (a, b) => b.endOffset - b.startOffset - (a.endOffset - a.startOffset) || a.startOffset - b.startOffset,
  );
  const counts = new Uint8Array(source.length);
  for (const { startOffset, endOffset, count } of widestFirst) counts.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  const lines: number[] = [];
  let offset = 0;
  for (const [index, line] of source.split('\n').entries()) {
    const first = line.search(/\S/);
    if (first !== -1 && counts[offset + first] === 1) lines.push(index + 1);
    offset += line.length + 1;
  }
  return lines;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
