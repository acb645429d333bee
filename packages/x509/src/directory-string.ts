import { type Codec, codec } from './der/codec.ts'
import { DerError } from './der/der-error.ts'
import {
  bmpString,
  ia5String,
  numericString,
  printableString,
  teletexString,
  universalString,
  utf8String,
  visibleString,
} from './der/strings.ts'
import { tagName } from './der/tag.ts'

const STRING_TYPES = [
  utf8String,
  printableString,
  ia5String,
  teletexString,
  bmpString,
  universalString,
  visibleString,
  numericString,
]
const byTag = new Map(STRING_TYPES.map((type) => [type.tag, type]))

/**
 * Text in any of ASN.1's string types. Written as UTF8String, the only one that RFC 5280 §4.1.2.4 leaves free to choose. Wider
 * than its DirectoryString on reading, because attributes with another string type stand in the same places.
 */
export const DirectoryString: Codec<string> = codec({
  tags: [...byTag.keys()],
  write: (out, value) => utf8String.write(out, value),
  read: (input) => {
    const tag = input.peek()
    const type = tag === undefined ? undefined : byTag.get(tag)
    if (type === undefined)
      throw new DerError(`expected a string, found ${tag === undefined ? 'the end' : tagName(tag)}`)
    return type.read(input)
  },
})
