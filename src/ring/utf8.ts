/** File names are bytes; the core has no TextDecoder without lib.dom, so UTF-8 is undone here. */
export function utf8(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i]!;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    let point = length === 1 ? first : first & (0xff >> (length + 1));
    for (let k = 1; k < length; k++) point = (point << 6) | ((bytes[i + k] ?? 0) & 0x3f);
    text += point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
    i += length;
  }
  return text;
}
