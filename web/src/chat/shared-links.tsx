import { Button, Group, Text } from '@mantine/core'
import { type ChatShare, chatShareEndpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { call } from '../api/index.ts'
import {
  CopyIcon,
  DataTable,
  Loaded,
  notifyFailed,
  RelativeTime,
  Section,
  TextLink,
  useChange,
} from '../ui/index.ts'
import { personalQueries } from './personal-queries.ts'

/** Every link that somebody made to a chat of theirs, and the way to revoke it. */
export function SharedLinks() {
  const shares = useQuery(personalQueries.shares)
  return (
    <Section
      title="Shared links"
      description="Whoever has one of these reads the chat as it was when you made it."
    >
      <Loaded query={shares} what="your links">
        {(data) =>
          data.length === 0 ? (
            <Text c="dimmed" size="sm">
              You have none. The button beside a chat’s title makes one.
            </Text>
          ) : (
            <ShareTable shares={data} />
          )
        }
      </Loaded>
    </Section>
  )
}

const ShareTable = ({ shares }: { shares: readonly ChatShare[] }) => (
  <DataTable
    caption="Shared links"
    keyOf={({ id }) => id}
    rows={shares}
    columns={[
      {
        key: 'title',
        header: 'Chat',
        render: ({ title, sessionId }) => (
          <TextLink to="/chat/$sessionId" params={{ sessionId }}>
            {title}
          </TextLink>
        ),
      },
      { key: 'made', header: 'Made', render: ({ createdAt }) => <RelativeTime instant={createdAt} /> },
      { key: 'messages', header: 'Messages', align: 'right', render: ({ messageCount }) => messageCount },
      {
        key: 'actions',
        header: 'Actions',
        isHeaderHidden: true,
        align: 'right',
        render: (share) => <ShareActions share={share} />,
      },
    ]}
  />
)

/** Copies a link, and revokes it. */
export function ShareActions({ share: { id, url, title } }: { share: ChatShare }) {
  const { mutate, isPending } = useChange({
    change: () => call(chatShareEndpoints.deleteShare, { params: { shareId: id } }),
    rereads: [personalQueries.shares.queryKey],
    done: 'The link is revoked.',
  })
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      <CopyIcon text={url} label={`Copy the link to ${title}`} />
      <Button
        variant="default"
        size="xs"
        loading={isPending}
        aria-label={`Revoke the link to ${title}`}
        onClick={() => mutate(undefined, { onError: notifyFailed })}
      >
        Revoke
      </Button>
    </Group>
  )
}
