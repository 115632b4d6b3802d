import { Text, Title, UnstyledButton } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { notifyFailed } from '../ui/index.ts'
import classes from './suggestions.module.css'

const suggestions = [
  ['Explain something', 'Explain how a large language model works, for somebody who has never seen one.'],
  ['Draft a mail', 'Draft a short, friendly mail that asks a colleague to review a document by Friday.'],
  ['Write some code', 'Write a Python function that groups a list of dates by week, with a test.'],
  ['Compare options', 'Compare running a language model yourself with using a vendor, in a table.'],
] as const

/** What one may ask for a start. */
export function Suggestions({ onChoose }: { onChoose: (question: string) => Promise<void> }) {
  const { mutate, isPending } = useMutation({ mutationFn: onChoose, onError: notifyFailed })
  return (
    <div className={classes.welcome}>
      <Title order={2}>What can I help with?</Title>
      <div className={classes.grid}>
        {suggestions.map(([title, question]) => (
          <UnstyledButton
            key={title}
            className={classes.suggestion}
            disabled={isPending}
            onClick={() => mutate(question)}
          >
            <Text fw={600} size="sm" component="span">
              {title}
            </Text>
            <Text size="sm" c="dimmed" component="span">
              {question}
            </Text>
          </UnstyledButton>
        ))}
      </div>
    </div>
  )
}
