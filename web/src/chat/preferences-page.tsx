import { Button, Group, Stack, Textarea } from '@mantine/core'
import { type ChatSettings, chatEndpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call, chatQueries } from '../api/index.ts'
import { FormError, Loaded, Section, useChange } from '../ui/index.ts'
import { KeptPrompts } from './kept-prompts.tsx'
import { SharedLinks } from './shared-links.tsx'
import { StoredFiles } from './stored-files.tsx'

/** What somebody wants in all their chats, and what they have beside them. */
export function PreferencesPage() {
  const settings = useQuery(chatQueries.settings)
  return (
    <Stack gap="lg">
      <Loaded query={settings} what="your instructions">
        {(data) => <Instructions settings={data} />}
      </Loaded>
      <KeptPrompts />
      <SharedLinks />
      <StoredFiles />
    </Stack>
  )
}

function Instructions({ settings }: { settings: ChatSettings }) {
  const [text, setText] = useState(settings.instructions ?? '')
  const { mutate, isPending, error } = useChange({
    change: () => call(chatEndpoints.updateSettings, { body: { instructions: text.trim() || null } }),
    rereads: [chatQueries.settings.queryKey],
    done: 'Your instructions are saved.',
  })
  return (
    <Section
      title="Instructions"
      description="Every model is told this before each of your conversations. A chat may have more of its own."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          mutate()
        }}
      >
        <Stack>
          {error && <FormError>{error.message}</FormError>}
          <Textarea
            aria-label="Instructions for all chats"
            placeholder="Who you are, what you work on, how you like answers"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            maxLength={32_000}
            autosize
            minRows={4}
            maxRows={14}
          />
          <Group justify="flex-end">
            <Button
              type="submit"
              loading={isPending}
              disabled={text.trim() === (settings.instructions ?? '')}
            >
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  )
}
