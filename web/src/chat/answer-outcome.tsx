import { Alert, Button, Text } from '@mantine/core'
import type { ChatMessage } from '@portal/contract'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { notifyFailed } from '../ui/index.ts'
import classes from './thread.module.css'

type AnswerOutcomeProps = { message: ChatMessage; onAskAgain: () => Promise<void> }

/** How an answer ended, where it is not simply whole. */
export function AnswerOutcome({ message: { status, fault }, onAskAgain }: AnswerOutcomeProps) {
  const { mutate, isPending } = useMutation({ mutationFn: () => onAskAgain(), onError: notifyFailed })
  if (status === 'stopped') {
    return (
      <Text size="sm" c="dimmed" className={classes.notice}>
        You stopped this answer.
      </Text>
    )
  }
  if (status !== 'failed' && status !== 'interrupted') return null
  return (
    <Alert
      color={status === 'failed' ? 'red' : 'yellow'}
      variant="light"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      className={classes.fault}
    >
      <Text size="sm" mb="xs">
        {fault?.message ?? 'This answer broke off. What came before is kept.'}
      </Text>
      <Button size="xs" variant="default" loading={isPending} onClick={() => mutate()}>
        Try again
      </Button>
    </Alert>
  )
}
