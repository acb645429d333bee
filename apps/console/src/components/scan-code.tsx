import { encode } from 'uqr'
import classes from './scan-code.module.css'

/** A QR code. `says` is what it holds, for who cannot see it. */
export function ScanCode({ text, says }: { readonly text: string; readonly says: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 2 })
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return (
    <svg className={classes['code']} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={says}>
      <title>{says}</title>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
