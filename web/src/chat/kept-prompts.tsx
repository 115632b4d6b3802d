import { Button, Group, Text, Textarea, TextInput } from '@mantine/core'
import { type ChatPrompt, chatPromptEndpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, call } from '../api/index.ts'
import { DataTable, DialogForm, Loaded, notifyDone, notifyFailed, Section, useChange } from '../ui/index.ts'
import { personalQueries } from './personal-queries.ts'

const rereads = [personalQueries.prompts.queryKey]

/** The texts somebody asks with again and again. */
export function KeptPrompts() {
  const prompts = useQuery(personalQueries.prompts)
  const [edited, setEdited] = useState<ChatPrompt | 'new' | null>(null)
  return (
    <Section
      title="Prompts"
      description="Type / in a message to use one. {{word}} marks what you fill in."
      actions={<Button onClick={() => setEdited('new')}>Add a prompt</Button>}
    >
      <Loaded query={prompts} what="your prompts">
        {(data) =>
          data.length === 0 ? (
            <Text c="dimmed" size="sm">
              You have none yet.
            </Text>
          ) : (
            <PromptTable prompts={data} onEdit={setEdited} />
          )
        }
      </Loaded>
      {edited && <PromptDialog prompt={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </Section>
  )
}

const PromptTable = ({
  prompts,
  onEdit,
}: {
  prompts: readonly ChatPrompt[]
  onEdit: (prompt: ChatPrompt) => void
}) => (
  <DataTable
    caption="Prompts"
    keyOf={({ id }) => id}
    rows={prompts}
    columns={[
      { key: 'name', header: 'Name', render: ({ name }) => `/${name}` },
      {
        key: 'content',
        header: 'Text',
        render: ({ content }) => (
          <Text size="sm" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
            {content}
          </Text>
        ),
      },
      {
        key: 'actions',
        header: 'Actions',
        isHeaderHidden: true,
        align: 'right',
        render: (prompt) => <PromptActions prompt={prompt} onEdit={() => onEdit(prompt)} />,
      },
    ]}
  />
)

function PromptActions({
  prompt: { id, name, content },
  onEdit,
}: {
  prompt: ChatPrompt
  onEdit: () => void
}) {
  const restore = useChange({
    change: () => call(chatPromptEndpoints.createPrompt, { body: { name, content } }),
    rereads,
    onFailed: notifyFailed,
  })
  const { mutate, isPending } = useChange({
    change: () => call(chatPromptEndpoints.deletePrompt, { params: { promptId: id } }),
    rereads,
    onFailed: notifyFailed,
    onDone: () => notifyDone(`/${name} is deleted.`, { label: 'Undo', run: () => restore.mutate() }),
  })
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      <Button variant="default" size="xs" aria-label={`Edit ${name}`} onClick={onEdit}>
        Edit
      </Button>
      <Button
        variant="default"
        size="xs"
        aria-label={`Delete ${name}`}
        loading={isPending}
        onClick={() => mutate()}
      >
        Delete
      </Button>
    </Group>
  )
}

function PromptDialog({ prompt, onClose }: { prompt: ChatPrompt | null; onClose: () => void }) {
  const [name, setName] = useState(prompt?.name ?? '')
  const [content, setContent] = useState(prompt?.content ?? '')
  const body = { name: name.trim().replace(/^\//, ''), content }
  const { mutate, isPending, error } = useChange({
    change: () =>
      prompt
        ? call(chatPromptEndpoints.updatePrompt, { params: { promptId: prompt.id }, body })
        : call(chatPromptEndpoints.createPrompt, { body }),
    rereads,
    onDone: onClose,
  })
  const isOfName = error instanceof ApiError && error.param === 'name'
  return (
    <DialogForm
      title={prompt ? `Change /${prompt.name}` : 'A new prompt'}
      action="Save"
      isReady={body.name !== '' && content.trim() !== ''}
      isBusy={isPending}
      error={isOfName ? null : error}
      onClose={onClose}
      onSubmit={() => mutate()}
    >
      <TextInput
        label="Name"
        description="What you type after the slash: letters, digits, hyphens and underscores."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={isOfName && error.message}
        maxLength={41}
        autoComplete="off"
        data-autofocus
      />
      <Textarea
        label="Text"
        value={content}
        onChange={(event) => setContent(event.currentTarget.value)}
        maxLength={20_000}
        autosize
        minRows={4}
        maxRows={12}
      />
    </DialogForm>
  )
}
