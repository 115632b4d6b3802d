import { Box, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconPlayerStop, IconSend } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { modelsQuery } from '../api/index.ts'
import { FormError, Loaded, Section } from '../ui/index.ts'
import classes from './start.module.css'
import { useCompletion } from './use-completion.ts'

const prompt = 'Introduce yourself in two sentences.'

/** Asks the first model something and shows its answer as it comes. */
export function FirstCompletion() {
  const models = useQuery(modelsQuery)
  return (
    <Section title="Send your first completion" description="Straight from here, without a key.">
      <Loaded query={models} what="the models" placeholder={<Skeleton height={36} width={180} />}>
        {([model]) =>
          model ? (
            <Completion model={model.id} isDemo={model.demo} />
          ) : (
            <Text size="sm">No model is offered yet. Whoever runs this portal can connect one.</Text>
          )
        }
      </Loaded>
    </Section>
  )
}

function Completion({ model, isDemo }: { model: string; isDemo: boolean }) {
  const { text, status, error, send, stop } = useCompletion()
  const isRunning = status === 'running'
  return (
    <Stack>
      <Group gap="sm">
        {isRunning ? (
          <Button variant="default" leftSection={<IconPlayerStop size={17} aria-hidden />} onClick={stop}>
            Stop
          </Button>
        ) : (
          <Button leftSection={<IconSend size={17} aria-hidden />} onClick={() => send(model, prompt)}>
            {status === 'idle' ? 'Ask the model' : 'Ask again'}
          </Button>
        )}
        <Text size="sm" c="dimmed">
          “{prompt}” to {model}
          {isDemo && ', the built-in demo model'}
        </Text>
      </Group>
      {(text || isRunning) && (
        <Box
          component="output"
          aria-busy={isRunning}
          aria-label="The model’s answer"
          className={classes.answer}
        >
          <Text style={{ whiteSpace: 'pre-wrap' }} component="span">
            {text || '…'}
          </Text>
        </Box>
      )}
      {error && <FormError>{error.message}</FormError>}
    </Stack>
  )
}
