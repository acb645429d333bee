import type { PublicAnswer } from './public-routes.ts'

/** An answer for programs that do not read problems, and for whoever looks at what they got. Nobody keeps it. */
export function plainText(status: number, text: string): PublicAnswer {
  return {
    status,
    mediaType: 'text/plain; charset=utf-8',
    headers: { 'cache-control': 'no-store' },
    body: `${text}\n`,
  }
}
