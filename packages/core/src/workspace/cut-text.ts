/** Cuts a text to a number of bytes, at the end of a line where there is one, and says so. The note comes on top. */
export function cutText(text: string | Buffer, maxBytes: number, totalBytes?: number): string {
  const bytes = Buffer.from(text);
  const total = totalBytes ?? bytes.length;
  if (total <= maxBytes) return bytes.toString('utf8');
  const head = bytes.subarray(0, maxBytes);
  const lineEnd = head.lastIndexOf(0x0a);
  const kept = lineEnd === -1 ? withoutHalfCharacter(head) : head.subarray(0, lineEnd + 1);
  const gap = kept.length === 0 || kept.at(-1) === 0x0a ? '' : '\n';
  return `${kept.toString('utf8')}${gap}[cut here: ${kept.length} of ${total} bytes are shown]\n`;
}

function withoutHalfCharacter(bytes: Buffer): Buffer {
  let start = bytes.length - 1;
  while (start >= 0 && start > bytes.length - 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  const lead = bytes[start] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return start + length > bytes.length ? bytes.subarray(0, Math.max(start, 0)) : bytes;
}
