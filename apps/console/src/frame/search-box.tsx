import { Modal } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, useState } from 'react'
import { Icon } from './icon.tsx'
import classes from './search-box.module.css'
import { useFound } from './use-found.ts'

/** Finds pages, CAs, templates and certificates by what is typed; arrows choose, Enter opens. */
export function SearchBox({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('')
  const [settled] = useDebouncedValue(text, 200)
  const [chosen, setChosen] = useState(0)
  const { found, isSearching } = useFound(text.trim(), settled.trim())
  const router = useRouter()
  const active = Math.min(chosen, found.length - 1)

  const open = (index: number) => {
    const target = found[index]
    if (target === undefined) return
    onClose()
    void router.navigate({ to: target.to, search: target.search ?? {} })
  }
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setChosen((active + step + found.length) % Math.max(1, found.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      open(active)
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size="lg"
      yOffset="12vh"
      centered={false}
      aria-label="Search"
    >
      <div className={classes['field']}>
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label="Search for pages, CAs, templates and certificates"
          aria-expanded={found.length > 0}
          aria-controls="found"
          aria-autocomplete="list"
          aria-activedescendant={found.length > 0 ? `found-${active}` : undefined}
          placeholder="A name, a host, a serial number, a page"
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          value={text}
          onKeyDown={onKey}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setChosen(0)
          }}
        />
      </div>
      <div id="found" role="listbox" aria-label="What was found" className={classes['found']}>
        {found.map(({ key, label, kind, detail }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field, which keeps the focus
          <div
            key={key}
            id={`found-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className={classes['option']}
            onClick={() => open(index)}
          >
            <span className={classes['label']}>{label}</span>
            {detail !== undefined && <span className={classes['detail']}>{detail}</span>}
            <span className={classes['kind']}>{kind}</span>
          </div>
        ))}
      </div>
      <p role="status" className={classes['note']}>
        {found.length === 0 && (isSearching ? 'Searching …' : 'Nothing has this name.')}
      </p>
    </Modal>
  )
}
