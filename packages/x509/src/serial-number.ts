/** A serial number in lower-case hexadecimal digits, two for each octet, as it is shown, stored and searched for. */
export function serialToHex(serial: bigint): string {
  const digits = (serial < 0n ? -serial : serial).toString(16)
  const even = digits.length % 2 === 0 ? digits : `0${digits}`
  return serial < 0n ? `-${even}` : even
}

/** Reads hexadecimal digits in either case, with or without colons between the octets; `undefined` for anything else. */
export function serialFromHex(text: string): bigint | undefined {
  const [, sign = '', digits = ''] = /^(-?)([0-9a-f]{1,128})$/i.exec(text.length > 200 ? '' : withoutColons(text)) ?? []
  if (digits === '') return undefined
  const serial = BigInt(`0x${digits}`)
  return sign === '' ? serial : -serial
}

function withoutColons(text: string): string {
  return /^-?[0-9a-f]{2}(?::[0-9a-f]{2})*$/i.test(text) ? text.replaceAll(':', '') : text
}
