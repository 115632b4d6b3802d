import { ActionIcon } from '@mantine/core'
import { IconPlayerStopFilled } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { notifyFailed, useShortcut } from '../ui/index.ts'
import { useStop } from './stopping.ts'

type Running = { sessionId: string; generationId: string }

/** Stops an answer that is being made. */
export function StopButton({ running }: { running: Running }) {
  const { mutate, isPending, isSuccess } = useMutation({ mutationFn: useStop(), onError: notifyFailed })
  const stop = () => {
    if (!isPending && !isSuccess) mutate(running)
  }
  useShortcut({ keys: 'Escape', label: 'Stop the answer', group: 'Chat' }, stop)
  return (
    <ActionIcon
      size="lg"
      radius="xl"
      aria-label="Stop the answer"
      loading={isPending || isSuccess}
      onClick={stop}
    >
      <IconPlayerStopFilled size={18} aria-hidden />
    </ActionIcon>
  )
}
