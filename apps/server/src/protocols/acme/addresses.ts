/**
 * What all addresses of one directory begin with: a policy's own by its public id, or the one that all tenants share. `url` is the
 * address of people, without a slash at its end.
 */
export function acmeBase(url: string, directory: string | undefined): string {
  return directory === undefined ? `${url}/acme` : `${url}/acme/${directory}`
}

/** The address of an account, in the directory that it registered at. */
export function accountUrl(url: string, account: string, directory: string | undefined): string {
  return `${acmeBase(url, directory)}/account/${account}`
}
