import { useEffect, useState } from 'react'

/** What followed `#`, taken out of the address: neither the history of the browser nor who looks over a shoulder needs it any longer. */
export function useFragment(): string {
  const [secret, setSecret] = useState(() => location.hash.slice(1))
  useEffect(() => {
    const take = () => {
      if (location.hash.length < 2) return
      setSecret(location.hash.slice(1))
      history.replaceState(history.state, '', location.pathname + location.search)
    }
    take()
    // A link that is opened where the page is open already changes the fragment alone.
    addEventListener('hashchange', take)
    return () => removeEventListener('hashchange', take)
  }, [])
  return secret
}
