import { Stack, Text } from '@mantine/core'
import type { StoredBytes } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { type Column, DataTable, Loaded, RelativeTime, Section, TextLink } from '../ui/index.ts'
import { Facts, Figures } from './facts.tsx'
import { adminQueries } from './queries.ts'
import { countText, limitText, sizeText } from './words.ts'

const kinds = {
  image: 'Pictures',
  document: 'Documents',
  data: 'Data',
  code: 'Code',
  video: 'Videos',
} as const

/** What is stored, and by whom. */
export function StoragePage() {
  const storage = useQuery(adminQueries.storage)
  return (
    <Loaded query={storage} what="what is stored" rows={6}>
      {({ totals, data, orphans }) => (
        <Stack gap="lg">
          <Figures
            figures={totals.map(({ kind, files, bytes }) => ({
              name: kinds[kind],
              value: sizeText(bytes),
              note: files === 1 ? '1 file' : `${countText(files)} files`,
            }))}
          />
          <Section title="Organisations" description="Those that store most.">
            {data.length === 0 ? (
              <Text c="dimmed">Nothing is stored yet.</Text>
            ) : (
              <DataTable
                caption="Storage by organisation"
                rows={data}
                keyOf={({ organisation }) => organisation.id}
                columns={columns}
              />
            )}
          </Section>
          <Section
            title="Left behind"
            description="Objects that belong to no file any more. They are deleted every night."
          >
            <Facts
              facts={[
                ['Waiting to be deleted', countText(orphans.waiting)],
                [
                  'Last done',
                  orphans.lastCleanUpAt ? (
                    <RelativeTime key="at" instant={orphans.lastCleanUpAt} />
                  ) : (
                    'Not yet'
                  ),
                ],
              ]}
            />
          </Section>
        </Stack>
      )}
    </Loaded>
  )
}

const columns: readonly Column<StoredBytes>[] = [
  {
    key: 'name',
    header: 'Name',
    render: ({ organisation: { id, name } }) => (
      <TextLink to="/admin/organisations/$organisationId" params={{ organisationId: id }} fw={600} size="sm">
        {name}
      </TextLink>
    ),
  },
  { key: 'files', header: 'Files', align: 'right', render: ({ files }) => countText(files) },
  { key: 'bytes', header: 'Stored', render: ({ bytes }) => sizeText(bytes) },
  { key: 'limit', header: 'Allowed', render: ({ limitBytes }) => limitText(limitBytes, sizeText) },
  {
    key: 'kinds',
    header: 'Of which',
    render: ({ byKind }) => byKind.map(({ kind, bytes }) => `${kinds[kind]} ${sizeText(bytes)}`).join(' · '),
  },
]
