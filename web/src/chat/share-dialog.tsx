import { Button, Stack, Text } from '@mantine/core'
import { chatShareEndpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { call } from '../api/index.ts'
import { CopyBlock, Dialog, FormError, Loaded, RelativeTime, useChange } from '../ui/index.ts'
import { personalQueries } from './personal-queries.ts'
import { ShareActions } from './shared-links.tsx'

type ShareDialogProps = { sessionId: string; title: string; onClose: () => void }

/** Makes links to a chat, and shows those there are. */
export function ShareDialog({ sessionId, title, onClose }: ShareDialogProps) {
  const shares = useQuery(personalQueries.shares)
  const { mutate, data, isPending, error } = useChange({
    change: () => call(chatShareEndpoints.createShare, { params: { sessionId } }),
    rereads: [personalQueries.shares.queryKey],
  })
  return (
    <Dialog opened onClose={onClose} title={`Share “${title}”`}>
      <Stack>
        <Text size="sm">
          Whoever has the link reads this chat as it is now, without signing in: the questions and answers
          that you see. Your name, your files, your instructions and what is said later are not part of it.
          Search engines are told to leave it out, and you can revoke it at any time.
        </Text>
        {error && <FormError>{error.message}</FormError>}
        {data ? (
          <CopyBlock text={data.url} label="Copy the link" />
        ) : (
          <Button loading={isPending} onClick={() => mutate()} data-autofocus>
            Make a link
          </Button>
        )}
        <Loaded query={shares} what="the links to this chat">
          {(all) => {
            const own = all.filter((share) => share.sessionId === sessionId)
            return own.length === 0 ? null : (
              <Stack gap="xs" component="ul" m={0} p={0} aria-label="Links to this chat">
                {own.map((share) => (
                  <li
                    key={share.id}
                    style={{ display: 'flex', gap: '0.75rem', alignItems: 'center', listStyle: 'none' }}
                  >
                    <Text size="sm" mr="auto">
                      {share.messageCount} messages, made <RelativeTime instant={share.createdAt} />
                    </Text>
                    <ShareActions share={share} />
                  </li>
                ))}
              </Stack>
            )
          }}
        </Loaded>
      </Stack>
    </Dialog>
  )
}
