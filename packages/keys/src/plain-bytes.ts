/** A Buffer's octets as the plain array that codecs and comparisons expect; no copy. */
export function plainBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}
