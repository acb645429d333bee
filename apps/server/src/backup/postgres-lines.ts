/** A connection as `pg_dump` and `pg_restore` take it, without the password that the URL held. */
export interface PublicConnection {
  readonly url: string
  readonly hadPassword: boolean
}

/** Takes the password out of a `postgres://` URL, for a command line that every user of the machine can read. */
export function withoutPassword(url: string): PublicConnection {
  const [, scheme = '', user = '', password, rest = ''] =
    /^(postgres(?:ql)?:\/\/)(?:([^:@/?#]*)(?::([^@/?#]*))?@)?(.*)$/s.exec(url) ?? []
  const [address = '', query] = rest.split('?', 2)
  const parameters = (query ?? '').split('&').filter((parameter) => parameter !== '')
  const kept = parameters.filter((parameter) => !/^(?:ssl)?password=/i.test(parameter))
  const hadPassword = (password ?? '') !== '' || kept.length < parameters.length
  const login = user === '' ? '' : `${user}@`
  return { url: `${scheme}${login}${address}${kept.length > 0 ? `?${kept.join('&')}` : ''}`, hadPassword }
}

/** The line that saves a database into a file. */
export function dumpLine(url: string, file: string): string {
  return `pg_dump --format=custom --no-owner --no-privileges --file=${quoted(file)} --dbname=${quoted(withoutPassword(url).url)}`
}

/** The line that puts it into an empty database. */
export function restoreLine(url: string, file: string): string {
  return `pg_restore --no-owner --no-privileges --exit-on-error --single-transaction --dbname=${quoted(withoutPassword(url).url)} ${quoted(file)}`
}

/** Said beside the lines when the URL held a password. */
export const PASSWORD_ELSEWHERE =
  'The password is not in the line, where every user of this machine could read it: put it into ~/.pgpass (mode 0600).'

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
