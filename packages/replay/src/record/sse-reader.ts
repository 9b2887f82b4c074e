/** Collects server-sent events from the chunks of a stream. Data that is not JSON is passed over. */
export class SseReader {
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** The events that this chunk completes. */
  push(chunk: Uint8Array): Record<string, unknown>[] {
    this.#rest += this.#decoder.decode(chunk, { stream: true });
    const blocks = this.#rest.split(/\r?\n\r?\n/);
    this.#rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => {
      const data = block
        .split(/\r?\n/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).replace(/^ /, ''))
        .join('\n');
      try {
        const event = JSON.parse(data) as unknown;
        return typeof event === 'object' && event !== null ? [{ ...event }] : [];
      } catch {
        return [];
      }
    });
  }
}
