/** Whom a CAA property lets issue and under which conditions, or a record of `dns-persist-01`, which has the same form. */
export interface IssueValue {
  /** In lower case; empty when nobody may issue. */
  readonly issuer: string
  /** In order, tags in lower case; a tag may be there twice. */
  readonly parameters: readonly { readonly tag: string; readonly value: string }[]
}

const TAG = '[a-z0-9](?:-*[a-z0-9])*'
const DOMAIN = new RegExp(`^${TAG}(?:\\.${TAG})*$`, 'i')
const PARAMETER = new RegExp(`^(?<tag>${TAG})[ \\t]*=[ \\t]*(?<value>[!-:<-~]*)$`, 'i')
/** Longer than any that means something; what is read is what a stranger wrote. */
const LONGEST = 4_096

/**
 * The value of `issue` and `issuewild`; `undefined` when it is malformed, which lets nobody issue. RFC 8659 §4.2:
 *
 *     issue-value = *WSP [issuer-domain-name *WSP] [";" *WSP [parameters *WSP]]
 *     issuer-domain-name = label *("." label)
 *     label = (ALPHA / DIGIT) *( *("-") (ALPHA / DIGIT))
 *     parameters = (parameter *WSP ";" *WSP parameters) / parameter
 *     parameter = tag *WSP "=" *WSP value
 *     tag = (ALPHA / DIGIT) *( *("-") (ALPHA / DIGIT))
 *     value = *(%x21-3A / %x3C-7E)
 */
export function parseIssueValue(text: string): IssueValue | undefined {
  if (text.length > LONGEST) return undefined
  const [first = '', ...rest] = text.split(';').map((part) => part.replace(/^[ \t]+|[ \t]+$/g, ''))
  if (first !== '' && !DOMAIN.test(first)) return undefined
  // "ca.example;" has no parameters; "ca.example; a=b;" is malformed.
  const written = rest.length === 1 && rest[0] === '' ? [] : rest
  const parameters = written.map((part) => PARAMETER.exec(part)?.groups)
  if (parameters.includes(undefined)) return undefined
  return {
    issuer: first.toLowerCase(),
    parameters: parameters.map(({ tag = '', value = '' } = {}) => ({ tag: tag.toLowerCase(), value })),
  }
}

/** The values of the parameters with this tag, which is in lower case. */
export function parameterValues({ parameters }: IssueValue, tag: string): readonly string[] {
  return parameters.filter((parameter) => parameter.tag === tag).map(({ value }) => value)
}
