/** The parser recurses in native code, where a stack that is too small ends the process instead of throwing. */
const deepest = 1000;
const longestChain = 3000;

/**
 * Where a text may be nested too deeply to be parsed, `undefined` for all that people write. It counts brackets, and
 * operators that lean to the right since the last separator, without knowing strings: too many rather than too few.
 */
export function tooDeep(source: string): number | undefined {
  let depth = 0;
  let chain = 0;
  for (let offset = 0; offset < source.length; offset++) {
    switch (source.charCodeAt(offset)) {
      case 0x28: // (
      case 0x5b: // [
      case 0x7b: // {
        depth++;
        chain = 0;
        if (depth > deepest) return offset;
        break;
      case 0x29: // )
      case 0x5d: // ]
      case 0x7d: // }
        if (depth > 0) depth--;
        chain = 0;
        break;
      case 0x2c: // ,
      case 0x3b: // ;
        chain = 0;
        break;
      case 0x3c: // <
      case 0x3d: // =
      case 0x3f: // ?
        if (++chain > longestChain) return offset;
        break;
      default:
    }
  }
  return undefined;
}
