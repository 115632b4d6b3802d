import { Anchor, Button, Group, Progress, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { fileEndpoints, type StorageUse, type StoredFile } from '@portal/contract'
import { IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { ConfirmDialog, DataTable, Loaded, RelativeTime, Section, useChange } from '../ui/index.ts'
import { sizeText } from './file-text.ts'
import { personalQueries } from './personal-queries.ts'

/** Everything somebody uploaded, what it takes, and the way to be rid of it. */
export function StoredFiles() {
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), 200)
  const files = useInfiniteQuery({ ...personalQueries.files(search), placeholderData: keepPreviousData })
  return (
    <Section
      title="Files"
      description="What you attached to chats or uploaded. A chat that is deleted for good takes its files along."
    >
      <Loaded query={files} what="your files">
        {({ pages }) => {
          const rows = pages.flatMap(({ data }) => data)
          const isEmpty = rows.length === 0
          return (
            <Stack>
              {pages[0] && <Use storage={pages[0].storage} />}
              {(!isEmpty || search) && (
                <TextInput
                  aria-label="Find a file"
                  placeholder="Find a file by its name"
                  leftSection={<IconSearch size={16} aria-hidden />}
                  value={typed}
                  onChange={(event) => setTyped(event.currentTarget.value)}
                />
              )}
              {isEmpty ? (
                <Text c="dimmed" size="sm">
                  {search ? 'No file has that in its name.' : 'You have none.'}
                </Text>
              ) : (
                <FileTable files={rows} />
              )}
              {files.hasNextPage && (
                <Button
                  variant="default"
                  loading={files.isFetchingNextPage}
                  onClick={() => files.fetchNextPage()}
                >
                  Show more
                </Button>
              )}
            </Stack>
          )
        }}
      </Loaded>
    </Section>
  )
}

function Use({ storage: { usedBytes, limitBytes } }: { storage: StorageUse }) {
  const used = sizeText(usedBytes)
  if (limitBytes === null) return <Text size="sm">Your organisation stores {used}.</Text>
  return (
    <div>
      <Text size="sm" mb={4}>
        Your organisation stores {used} of {sizeText(limitBytes)}.
      </Text>
      <Progress value={Math.ceil((100 * usedBytes) / limitBytes)} aria-label="Storage in use" />
    </div>
  )
}

const FileTable = ({ files }: { files: readonly StoredFile[] }) => (
  <DataTable
    caption="Files"
    keyOf={({ id }) => id}
    rows={files}
    columns={[
      {
        key: 'name',
        header: 'Name',
        render: ({ name, url }) => (
          <Anchor href={url} download={name} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Anchor>
        ),
      },
      {
        key: 'size',
        header: 'Size',
        align: 'right',
        render: ({ size }) => (
          <Text span inherit style={{ whiteSpace: 'nowrap' }}>
            {sizeText(size)}
          </Text>
        ),
      },
      { key: 'made', header: 'Uploaded', render: ({ createdAt }) => <RelativeTime instant={createdAt} /> },
      {
        key: 'actions',
        header: 'Actions',
        isHeaderHidden: true,
        align: 'right',
        render: (file) => <DeleteFile file={file} />,
      },
    ]}
  />
)

function DeleteFile({ file: { id, name } }: { file: StoredFile }) {
  const [isOpen, setOpen] = useState(false)
  const { mutate, isPending, error } = useChange({
    change: () => call(fileEndpoints.deleteFile, { params: { fileId: id } }),
    rereads: [['files'], ['chats']],
    done: `“${name}” is deleted.`,
    onDone: () => setOpen(false),
  })
  return (
    <Group justify="flex-end">
      <Button variant="default" size="xs" aria-label={`Delete ${name}`} onClick={() => setOpen(true)}>
        Delete
      </Button>
      <ConfirmDialog
        opened={isOpen}
        title="Delete this file?"
        action="Delete for good"
        isBusy={isPending}
        error={error}
        onClose={() => setOpen(false)}
        onConfirm={() => mutate()}
      >
        “{name}” cannot be brought back. Messages that had it keep its name, and models are no longer shown
        it.
      </ConfirmDialog>
    </Group>
  )
}
