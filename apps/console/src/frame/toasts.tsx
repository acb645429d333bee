import { CloseButton } from '@mantine/core'
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react'
import classes from './toasts.module.css'

const SHOWN_FOR_MS = 6000

const Tell = createContext<(message: string) => void>(() => {})

/** Says what was done, for some seconds and to screen readers: `const tell = useTell(); tell('Saved.')`. */
export function useTell(): (message: string) => void {
  return useContext(Tell)
}

/** The place where `useTell` says it. */
export function Toasts({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly { readonly id: number; readonly message: string }[]>([])
  const count = useRef(0)
  const remove = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), [])
  const tell = useCallback(
    (message: string) => {
      const id = ++count.current
      setToasts((all) => [...all.slice(-2), { id, message }])
      setTimeout(() => remove(id), SHOWN_FOR_MS)
    },
    [remove],
  )
  return (
    <Tell value={tell}>
      {children}
      <div className={classes['toasts']} role="status" aria-live="polite">
        {toasts.map(({ id, message }) => (
          <div key={id} className={classes['toast']}>
            <span>{message}</span>
            <CloseButton size="sm" aria-label="Hide" onClick={() => remove(id)} />
          </div>
        ))}
      </div>
    </Tell>
  )
}
