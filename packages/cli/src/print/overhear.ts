import { stripVTControlCharacters } from 'node:util';

/** Enough for what a parser has to say. */
const keepCharacters = 8 * 1024;

/** Keeps the end of what is written to a stream, which still is written. */
export function overhear(stream: NodeJS.WritableStream): Disposable & { readonly text: string } {
  const write = stream.write.bind(stream);
  let text = '';
  stream.write = (chunk: string | Uint8Array, ...rest: never[]): boolean => {
    text = (text + (typeof chunk === 'string' ? chunk : '')).slice(-keepCharacters);
    return write(chunk as string, ...rest);
  };
  return {
    get text() {
      return stripVTControlCharacters(text);
    },
    [Symbol.dispose]: () => {
      stream.write = write;
    },
  };
}
