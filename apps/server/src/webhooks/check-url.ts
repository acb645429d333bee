import { Refusal } from '@chancery/pki'

const LONGEST = 2_048
const PORTS = ['', '80', '443']

/**
 * An address that can be told of events, as it is kept. Throws `Refusal` 'not-permitted'. Where it leads is judged anew whenever
 * something is sent: a name may lead elsewhere by then.
 */
export function checkedWebhookUrl(text: string): string {
  if (text.length > LONGEST || !URL.canParse(text))
    throw refuse('This is no address: give one as https://example.com/path.')
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse('Webhooks are sent by https or http alone.')
  if (url.username !== '' || url.password !== '')
    throw refuse('An address with a user name or password stands in logs: prove the sender by the signature instead.')
  if (!PORTS.includes(url.port)) throw refuse('Webhooks go to the ports 80 and 443 alone.')
  url.hash = ''
  return url.href
}

function refuse(detail: string): Refusal {
  return new Refusal('not-permitted', detail, [{ field: '/url', detail }])
}
