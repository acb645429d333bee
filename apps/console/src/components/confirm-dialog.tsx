import { Button, Modal, TextInput } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import classes from './confirm-dialog.module.css'
import { Failed } from './states.tsx'

/**
 * Asks before something goes that does not come back. `children` say what goes and what stays; with `typed` that text has to be
 * typed first. Stays open, with the server's words, when the server refuses.
 */
export function ConfirmDialog({
  title,
  children,
  confirm,
  typed,
  isDestructive = true,
  onConfirm,
  onClose,
}: {
  readonly title: string
  readonly children: ReactNode
  /** The word on the button: `Delete`. */
  readonly confirm: string
  readonly typed?: string
  readonly isDestructive?: boolean
  readonly onConfirm: () => Promise<unknown>
  readonly onClose: () => void
}) {
  const [text, setText] = useState('')
  const [error, setError] = useState<unknown>()
  const [isRunning, setRunning] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setRunning(true)
    setError(undefined)
    try {
      await onConfirm()
      onClose()
    } catch (refused) {
      setError(refused)
      setRunning(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <div className={classes['text']}>{children}</div>
        {typed !== undefined && (
          <TextInput
            mt="sm"
            label={`Type “${typed}” to confirm`}
            value={text}
            autoComplete="off"
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        {error !== undefined && (
          <div className={classes['error']}>
            <Failed error={error} />
          </div>
        )}
        <div className={classes['buttons']}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            {...(isDestructive && { className: classes['destructive'] ?? '' })}
            loading={isRunning}
            disabled={typed !== undefined && text !== typed}
          >
            {confirm}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
