import { Button, Stack, Text } from '@mantine/core'
import { type ApiKeyWithSecret, keyEndpoints } from '@portal/contract'
import { IconKey } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, curlCommand, keyQueries, modelsQuery } from '../api/index.ts'
import { CopyBlock, FormError, Section } from '../ui/index.ts'

type FirstKeyProps = { created: ApiKeyWithSecret | null; onCreated: (key: ApiKeyWithSecret) => void }

/** Makes a key for model calls and shows a command with it. */
export function FirstKey({ created, onCreated }: FirstKeyProps) {
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => call(keyEndpoints.create, { body: { name: 'My first key', access: 'models' } }),
    onSuccess: (key) => {
      onCreated(key)
      return client.invalidateQueries({ queryKey: keyQueries.all })
    },
  })
  return (
    <Section
      title="Create an API key"
      description="Your programs show it to call models. It is shown once, with a command to try it."
    >
      {created ? (
        <Created apiKey={created} />
      ) : (
        <Stack align="flex-start">
          {error && <FormError>{error.message}</FormError>}
          <Button
            variant="default"
            leftSection={<IconKey size={17} aria-hidden />}
            loading={isPending}
            onClick={() => mutate()}
          >
            Create a key
          </Button>
        </Stack>
      )}
    </Section>
  )
}

function Created({ apiKey }: { apiKey: ApiKeyWithSecret }) {
  const { data: models } = useQuery(modelsQuery)
  const model = models?.[0]?.id ?? ''
  return (
    <Stack gap="xs">
      <Text size="sm">
        Copy it now and keep it where only your program can read it. It is not shown again.
      </Text>
      <CopyBlock text={apiKey.key} label="Copy the key" />
      <Text size="sm" mt="xs">
        Try it in a shell:
      </Text>
      <CopyBlock
        text={curlCommand({ origin: location.origin, key: apiKey.key, model })}
        label="Copy the command"
      />
    </Stack>
  )
}
