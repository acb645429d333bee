import { Button, FileButton, Textarea, type TextareaProps } from '@mantine/core'

/** A text that is pasted or read from a file: PEM, an index. */
export function TextFileInput({
  value,
  onChange,
  accept,
  ...props
}: Omit<TextareaProps, 'value' | 'onChange' | 'accept'> & {
  readonly value: string
  readonly onChange: (text: string) => void
  /** Ends of file names: `.pem,.crt`. */
  readonly accept?: string
}) {
  return (
    <div>
      <Textarea
        autosize
        minRows={4}
        maxRows={12}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
        {...props}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <FileButton
        {...(accept !== undefined && { accept })}
        onChange={(file) => void file?.text().then((text) => onChange(text))}
      >
        {(button) => (
          <Button {...button} variant="subtle" size="compact-sm" mt={4}>
            Choose a file
          </Button>
        )}
      </FileButton>
    </div>
  )
}
