import { PasswordInput, type PasswordInputProps } from '@mantine/core'

/** An input for a password, with a button that shows it. Tells screen readers when it is wrong, which Mantine's own does not. */
export function PasswordField({ error, ...props }: PasswordInputProps) {
  return (
    <PasswordInput
      {...props}
      error={error}
      aria-invalid={error !== undefined}
      visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
    />
  )
}
