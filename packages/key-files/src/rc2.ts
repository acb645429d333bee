/**
 * RC2 in CBC mode, decryption only (RFC 2268): the certificates of old PKCS#12 files are "encrypted" with 40 bits of it, and
 * OpenSSL leaves it out. Nothing here is ever encrypted so.
 */
export function decryptRc2Cbc(
  key: Uint8Array,
  effectiveBits: number,
  iv: Uint8Array,
  encrypted: Uint8Array,
): Uint8Array {
  const schedule = expandKey(key, effectiveBits)
  const plaintext = new Uint8Array(encrypted.length)
  let before = iv
  for (let at = 0; at + BLOCK <= encrypted.length; at += BLOCK) {
    const block = encrypted.subarray(at, at + BLOCK)
    const decrypted = decryptBlock(schedule, block)
    for (const [i, octet] of decrypted.entries()) plaintext[at + i] = octet ^ (before[i] ?? 0)
    before = block
  }
  return plaintext
}

const BLOCK = 8

/** PITABLE of RFC 2268 §2. */
const PITABLE = Uint8Array.fromHex(
  [
    'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2',
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82',
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626',
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7',
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec',
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731',
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9',
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  ].join(''),
)

/** Key expansion, RFC 2268 §2: 64 words of 16 bits. */
function expandKey(key: Uint8Array, effectiveBits: number): Uint16Array {
  const octets = new Uint8Array(128)
  octets.set(key)
  const pi = (index: number): number => PITABLE[index & 0xff] ?? 0
  const at = (index: number): number => octets[index] ?? 0
  for (let i = key.length; i < 128; i++) octets[i] = pi(at(i - 1) + at(i - key.length))
  const effective = Math.ceil(effectiveBits / 8)
  octets[128 - effective] = pi(at(128 - effective) & (0xff >> (8 * effective - effectiveBits)))
  for (let i = 127 - effective; i >= 0; i--) octets[i] = pi(at(i + 1) ^ at(i + effective))
  return Uint16Array.from({ length: 64 }, (_, i) => at(2 * i) | (at(2 * i + 1) << 8))
}

/** Rotations of the four words in a mixing round. */
const ROTATIONS = [1, 2, 3, 5] as const

/** RFC 2268 §4: five mixing rounds backwards, a mashing round, six, a mashing round, five. */
function decryptBlock(schedule: Uint16Array, block: Uint8Array): Uint8Array {
  const words = Uint16Array.from({ length: 4 }, (_, i) => (block[2 * i] ?? 0) | ((block[2 * i + 1] ?? 0) << 8))
  const word = (index: number): number => words[index & 3] ?? 0
  let next = 63
  for (const [mixing, mash] of [
    [5, true],
    [6, true],
    [5, false],
  ] as const) {
    for (let round = 0; round < mixing; round++) {
      for (let i = 3; i >= 0; i--) {
        const rotation = ROTATIONS[i] ?? 0
        const rotated = (word(i) >> rotation) | (word(i) << (16 - rotation))
        words[i] = rotated - (schedule[next--] ?? 0) - (word(i + 3) & word(i + 2)) - (~word(i + 3) & word(i + 1))
      }
    }
    if (mash) for (let i = 3; i >= 0; i--) words[i] = word(i) - (schedule[word(i + 3) & 63] ?? 0)
  }
  return Uint8Array.from({ length: BLOCK }, (_, i) => (i % 2 === 0 ? word(i >> 1) & 0xff : word(i >> 1) >> 8))
}
