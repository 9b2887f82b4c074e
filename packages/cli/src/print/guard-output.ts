import { visible } from './visible.js';

/** The colours of this program; nothing else that a terminal obeys gets through. */
// eslint-disable-next-line no-control-regex -- the escape character is what this looks for
const colour = /(\u001b\[[0-9;]{0,16}m)/;

/** Text that does nothing to a terminal but colour it. What is printed has been made so before; this is for what was forgotten. */
export const harmless = (text: string): string =>
  text
    .split(colour)
    .map((part, index) => (index % 2 === 1 ? part : visible(part)))
    .join('');

/** Changes all that is written to a stream, whoever writes it, write by write. */
export function guardOutput(stream: NodeJS.WritableStream, change: (text: string) => string): Disposable {
  const write = stream.write.bind(stream);
  stream.write = (chunk: string | Uint8Array, ...rest: never[]): boolean =>
    write(change(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')), ...rest);
  return {
    [Symbol.dispose]: () => {
      stream.write = write;
    },
  };
}
