import classes from './code-block.module.css'
import { CopyButton } from './copy-button.tsx'

/** Lines to paste somewhere. `what` names them: `the command`. */
export function CodeBlock({ children, what }: { readonly children: string; readonly what: string }) {
  return (
    <div className={classes['block']}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <pre tabIndex={0}>
        <code>{children}</code>
      </pre>
      <span className={classes['copy']}>
        <CopyButton value={children} what={what} />
      </span>
    </div>
  )
}

/** A short value that programs read, with a button to copy it: a serial number, an address. */
export function CodeValue({ children, what }: { readonly children: string; readonly what: string }) {
  return (
    <span className={classes['value']}>
      <code>{children}</code>
      <CopyButton value={children} what={what} />
    </span>
  )
}
