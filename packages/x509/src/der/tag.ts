/** Identifier octets of the universal types that X.509 uses (X.690 §8.1.2). Constructed ones carry bit 6. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
} as const

/** Bit 6 of an identifier octet: the contents are themselves elements. */
export const CONSTRUCTED = 0x20

const NAMES = new Map<number, string>(Object.entries(TAG).map(([name, tag]) => [tag, name]))

/** An identifier octet in words for an error message: `SEQUENCE`, `[0]`, `tag 0x1f`. */
export function tagName(tag: number): string {
  if ((tag & 0xc0) === 0x80) return `[${tag & 0x1f}]`
  const name = NAMES.get(tag)
  return name === undefined
    ? `tag 0x${tag.toString(16).padStart(2, '0')}`
    : name.replace(/([A-Z])/, ' $1').toUpperCase()
}
