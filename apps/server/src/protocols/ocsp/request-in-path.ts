/**
 * The OCSP request (DER) that a GET carries behind the address of the responder: base64, then %-encoded (RFC 6960 Appendix A.1).
 * Seen in the wild, and taken too: `+ / =` as they are, %-encoded twice, `+` made a space on the way, the alphabet for URLs,
 * no padding, slashes before and after. `undefined` when it is no base64 at all.
 */
export function requestInPath(path: string): Uint8Array | undefined {
  const text = decodePercent(path)?.replace(/^\/+/, '').replaceAll(' ', '+').replaceAll('-', '+').replaceAll('_', '/')
  if (text === undefined || text === '') return undefined
  // A slash at the end is a digit of base64 or was added on the way: only one of the two has the length of base64.
  return decodeBase64(text) ?? (text.endsWith('/') ? decodeBase64(text.slice(0, -1)) : undefined)
}

function decodePercent(path: string): string | undefined {
  let text = path
  try {
    for (let times = 0; times < 2 && text.includes('%'); times++) text = decodeURIComponent(text)
  } catch {
    return undefined
  }
  return text
}

function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text)
  } catch {
    return undefined
  }
}
