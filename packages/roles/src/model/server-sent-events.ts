/** Longest single event that is held in memory. */
const maxEventLength = 16 * 1024 * 1024;

/**
 * The `data` of each event of a `text/event-stream`, in order; see the WHATWG HTML standard, 9.2.6.
 *
 * A last event without its blank line is dropped: it was cut off.
 */
export async function* serverSentData(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  let endsHalf = false;
  let data: string[] = [];
  let held = 0;
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    rest += text;
    // A long line comes in many chunks: looking through all of it each time would take quadratic time.
    if (endsHalf || /[\r\n]/.test(text)) {
      // A carriage return at the end of a chunk may be half of a line's end.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      endsHalf = rest.endsWith('\r');
      for (const line of lines) {
        if (line.startsWith('data:')) {
          data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
          held += line.length;
        } else if (line === '') {
          if (data.length > 0) yield data.join('\n');
          data = [];
          held = 0;
        }
      }
    }
    if (held + rest.length > maxEventLength) throw new RangeError('an event is longer than 16 MiB');
  }
}
