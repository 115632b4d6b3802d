import { Button, Group } from '@mantine/core'
import { FormError } from './states.tsx'

export type DialogActionsProps = {
  /** The verb of the button that sends the form. */
  action: string
  /** Red for what is not easily undone. */
  color?: 'red'
  isReady?: boolean
  isBusy: boolean
  /** Why it could not be done the last time. */
  error: Error | null
  onClose: () => void
}

/** The foot of a form in a dialog: what went wrong, the way out, and what the dialog is for. */
export function DialogActions({ action, color, isReady = true, isBusy, error, onClose }: DialogActionsProps) {
  return (
    <>
      {error && <FormError>{error.message}</FormError>}
      <Group justify="flex-end" gap="sm" mt={4}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={isBusy} disabled={!isReady} {...(color && { color })}>
          {action}
        </Button>
      </Group>
    </>
  )
}
