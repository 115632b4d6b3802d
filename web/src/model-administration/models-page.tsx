import { Stack, Text } from '@mantine/core'
import { TextLink } from '../ui/index.ts'
import { ModelAdministration } from './model-administration.tsx'

/** Providers and models, for administrators. */
export function ModelsPage() {
  return (
    <Stack gap="lg">
      <Text size="sm" c="dimmed">
        Changes count for the next request.{' '}
        <TextLink to="/docs/$page" params={{ page: 'change-models' }}>
          How it works
        </TextLink>
      </Text>
      <ModelAdministration />
    </Stack>
  )
}
