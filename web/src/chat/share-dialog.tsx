import { Button, Group, Stack, Text } from '@mantine/core'
import { type ChatShare, chatShareEndpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { call } from '../api/index.ts'
import { CopyBlock, Dialog, FormError, Loaded, RelativeTime, useChange } from '../ui/index.ts'
import { personalQueries } from './personal-queries.ts'
import { ShareActions } from './shared-links.tsx'

type ShareDialogProps = { sessionId: string; title: string; opened: boolean; onClose: () => void }

/** Makes links to a chat, and shows those there are. */
export function ShareDialog({ sessionId, title, opened, onClose }: ShareDialogProps) {
  const shares = useQuery(personalQueries.shares)
  const { mutate, data, isPending, error } = useChange({
    change: () => call(chatShareEndpoints.createShare, { params: { sessionId } }),
    rereads: [personalQueries.shares.queryKey],
  })
  // Revoked below, it is gone from here too; one that was just made may not be listed yet.
  const made = data && (shares.isFetching || shares.data?.some(({ id }) => id === data.id)) ? data : null
  return (
    <Dialog opened={opened} onClose={onClose} title={`Share “${title}”`}>
      <Stack>
        <Text size="sm">
          Whoever has the link reads this chat as it is now, without signing in: the questions and answers
          that you see, and the names of your files. What is in the files, your name, your instructions and
          what is said later are not part of it. Search engines are told to leave it out, and you can revoke
          it at any time.
        </Text>
        {error && <FormError>{error.message}</FormError>}
        {made ? (
          <CopyBlock text={made.url} label="Copy the link" />
        ) : (
          <Button loading={isPending} onClick={() => mutate()} data-autofocus>
            Make a link
          </Button>
        )}
        <Loaded query={shares} what="the links to this chat">
          {(all) => <Links shares={all.filter((share) => share.sessionId === sessionId)} />}
        </Loaded>
      </Stack>
    </Dialog>
  )
}

const Links = ({ shares }: { shares: readonly ChatShare[] }) =>
  shares.length === 0 ? null : (
    <Stack gap="xs" component="ul" m={0} p={0} aria-label="Links to this chat">
      {shares.map((share) => (
        <Group component="li" key={share.id} gap="sm" wrap="nowrap">
          <Text size="sm" mr="auto">
            {share.messageCount} {share.messageCount === 1 ? 'message' : 'messages'}, made{' '}
            <RelativeTime instant={share.createdAt} />
          </Text>
          <ShareActions share={share} />
        </Group>
      ))}
    </Stack>
  )
