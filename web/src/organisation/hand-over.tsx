import { Button, NativeSelect, Stack, Text } from '@mantine/core'
import { type ActingOrganisation, type Member, organisationEndpoints } from '@portal/contract'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { ButtonLink, ConfirmDialog, Section, useChange } from '../ui/index.ts'
import { organisationReads } from './acting.ts'
import { roleWords } from './role-words.ts'

type HandOverProps = { organisation: ActingOrganisation; others: readonly Member[] }

/** Makes somebody else the owner. */
export function HandOver({ organisation, others }: HandOverProps) {
  const heirs = others.filter(({ role }) => role !== 'owner')
  return (
    <Section title="Hand over" description="Another member becomes the owner, and you an admin.">
      {heirs.length > 0 ? (
        <HeirChoice organisation={organisation} heirs={heirs} />
      ) : (
        <Stack align="flex-start" gap="sm">
          <Text size="sm">There is nobody to hand it to yet. Invite them first.</Text>
          <ButtonLink to="/settings/members" variant="default">
            Members
          </ButtonLink>
        </Stack>
      )}
    </Section>
  )
}

type HeirChoiceProps = { organisation: ActingOrganisation; heirs: readonly Member[] }

function HeirChoice({ organisation: { id, name }, heirs }: HeirChoiceProps) {
  const [userId, setUserId] = useState('')
  const [isAsking, setAsking] = useState(false)
  const heir = heirs.find((each) => each.userId === userId)
  const { mutate, isPending, error } = useChange({
    rereads: organisationReads,
    change: (body: { userId: string }) =>
      call(organisationEndpoints.transfer, { params: { organisationId: id }, body }),
    done: 'The organisation is handed over. You are an admin of it.',
    onDone: () => setAsking(false),
  })
  return (
    <Stack align="flex-start" maw="26rem">
      <NativeSelect
        w="100%"
        label="New owner"
        data={[{ value: '', label: 'Choose a member' }, ...heirs.map(choiceOf)]}
        value={userId}
        onChange={(event) => setUserId(event.currentTarget.value)}
      />
      <Button variant="default" disabled={!heir} onClick={() => setAsking(true)}>
        Hand over
      </Button>
      <ConfirmDialog
        opened={isAsking && heir !== undefined}
        title={`Hand ${name} over`}
        action="Hand over"
        isBusy={isPending}
        error={error}
        onConfirm={() => mutate({ userId })}
        onClose={() => setAsking(false)}
      >
        {heir?.name} becomes the owner and may remove you. You stay as an admin, and cannot take this back
        yourself.
      </ConfirmDialog>
    </Stack>
  )
}

const choiceOf = ({ userId, name, email, role }: Member) => ({
  value: userId,
  label: `${name} (${email ?? roleWords[role].label})`,
})
