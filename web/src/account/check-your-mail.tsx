import { Anchor, Button, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { waysQuery } from '../api/index.ts'
import { EntrancePage, FormError, TextLink } from '../ui/index.ts'
import { useResend } from './use-resend.ts'

/** What to do after signing up: follow the link that was mailed. */
export function CheckYourMail({ email }: { email: string }) {
  const { resend, waitSeconds, isPending, isSuccess, error } = useResend(email)
  return (
    <EntrancePage
      title="Check your mail"
      description={
        <>
          We sent a link to <b>{email}</b>. Follow it to confirm the address; it works for 24 hours.
        </>
      }
    >
      <MailboxLink />
      {error && <FormError>{error.message}</FormError>}
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          Nothing there? Look among the junk mail, or have it sent again.
        </Text>
        <Button variant="default" onClick={resend} loading={isPending} disabled={waitSeconds > 0}>
          {waitSeconds > 0 ? `Send again in ${waitSeconds} s` : 'Send the mail again'}
        </Button>
        <Text size="sm" role="status">
          {isSuccess && 'If the address awaits confirming, another mail is on its way.'}
        </Text>
      </Stack>
      <TextLink to="/sign-in" search={{ email }} size="sm">
        Back to signing in
      </TextLink>
    </EntrancePage>
  )
}

/** On a portal that keeps its mails to itself: where they are. */
export function MailboxLink() {
  const { data: ways } = useQuery(waysQuery)
  if (!ways?.mailbox) return null
  return (
    <Text size="sm">
      This portal sends no mail yet: its mails are in the{' '}
      <Anchor href="/dev/mailbox" target="_blank">
        mailbox
      </Anchor>
      .
    </Text>
  )
}
