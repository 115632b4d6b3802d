import { Button, Group, Popover, Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { notifyDone, useTellWhenGone } from '../ui/index.ts'

type RatingReasonProps = {
  isGood: boolean
  /** Resolves once it is kept. */
  onGive: (reason: string) => Promise<unknown>
  onClose: () => void
}

/** Asks for the reason of a rating, which nobody has to give. */
export function RatingReason({ isGood, onGive, onClose }: RatingReasonProps) {
  const [reason, setReason] = useState('')
  const given = reason.trim()
  const { mutate, isPending, error } = useMutation({
    mutationFn: onGive,
    onSuccess() {
      notifyDone('Thank you: your reason is kept with the rating.')
      onClose()
    },
    onError: useTellWhenGone(),
  })
  return (
    <Popover
      opened
      onChange={(isOpen) => !isOpen && onClose()}
      closeOnClickOutside={!given}
      position="bottom-start"
      withinPortal={false}
      // What it hangs from is no button.
      withRoles={false}
      shadow="md"
    >
      <Popover.Target>
        <span />
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label="The reason of your rating">
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (given && !isPending) mutate(given)
          }}
        >
          <Textarea
            label={isGood ? 'What was good about it?' : 'What was wrong with it?'}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            error={error?.message}
            maxLength={1000}
            minRows={2}
            autosize
            w="min(20rem, 70vw)"
          />
          <Group justify="flex-end" gap="xs" mt="xs">
            <Button size="xs" variant="default" onClick={onClose}>
              Not now
            </Button>
            <Button type="submit" size="xs" disabled={!given} loading={isPending}>
              Send
            </Button>
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
