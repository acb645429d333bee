import { Button } from '@mantine/core'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { ApiProblem } from '../api/api-problem.ts'
import classes from './server-form.module.css'
import { Failed } from './states.tsx'
import type { Fields } from './use-fields.ts'

/**
 * A form that the server judges. What was typed stays when it refuses; its words stand at their fields, and what belongs to none
 * stands above the button. The first field that is wrong gets the focus.
 */
export function ServerForm<V extends object>({
  fields,
  submit,
  children,
  onSubmit,
  cancel,
  isWide = false,
  isDisabled = false,
}: {
  readonly fields: Fields<V>
  /** The words on the button: `Create CA`. */
  readonly submit: string
  readonly children: ReactNode
  readonly onSubmit: () => Promise<unknown>
  /** Stands beside the button. */
  readonly cancel?: ReactNode
  /** The button is as wide as the form. */
  readonly isWide?: boolean
  readonly isDisabled?: boolean
}) {
  const form = useRef<HTMLFormElement>(null)
  const [refusals, setRefusals] = useState(0)
  const [isRunning, setRunning] = useState(false)
  useEffect(() => {
    if (refusals === 0) return
    const wrong = form.current?.querySelectorAll<HTMLElement>('[aria-invalid=true], [data-problem]') ?? []
    for (const one of wrong) unfold(one)
    const [first] = wrong
    first?.focus()
    first?.scrollIntoView({ block: 'nearest' })
  }, [refusals])

  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (isRunning) return
    setRunning(true)
    fields.clear()
    try {
      await onSubmit()
    } catch (error) {
      if (!(error instanceof ApiProblem)) console.error(error)
      fields.refuse(error)
      setRefusals((count) => count + 1)
    } finally {
      setRunning(false)
    }
  }
  return (
    <form ref={form} noValidate onSubmit={send} className={classes['form']}>
      {children}
      {fields.problem !== undefined && (
        <div data-problem tabIndex={-1} className={classes['problem']}>
          <Failed error={new ApiProblem(fields.problem)} />
        </div>
      )}
      <div className={classes['buttons']}>
        <Button type="submit" loading={isRunning} fullWidth={isWide} disabled={isDisabled}>
          {submit}
        </Button>
        {cancel}
      </div>
    </form>
  )
}

/** What is folded away cannot be read, nor have the focus. */
function unfold(inside: Element | null): void {
  const folded = inside?.closest('details')
  if (!folded) return
  folded.open = true
  unfold(folded.parentElement)
}
