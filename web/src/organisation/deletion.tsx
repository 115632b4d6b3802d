import { Button } from '@mantine/core'
import { type ActingOrganisation, organisationEndpoints } from '@portal/contract'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { ConfirmDialog, Section } from '../ui/index.ts'
import { useDeparture } from './leaving.tsx'

/** Ends an organisation for good, once its name was typed. */
export function Deletion({ organisation: { id, name } }: { organisation: ActingOrganisation }) {
  const [isAsking, setAsking] = useState(false)
  const { mutate, isPending, error } = useDeparture({
    depart: () => call(organisationEndpoints.remove, { params: { organisationId: id }, body: { name } }),
    done: `${name} is deleted.`,
  })
  return (
    <Section title="Delete" description="The organisation and all its API keys end for good.">
      <Button color="red" variant="light" onClick={() => setAsking(true)}>
        Delete the organisation
      </Button>
      <ConfirmDialog
        opened={isAsking}
        title={`Delete ${name}`}
        action="Delete for good"
        typed={name}
        isBusy={isPending}
        error={error}
        onConfirm={() => mutate()}
        onClose={() => setAsking(false)}
      >
        Every API key of every member stops at once, open invitations end, and nobody can bring it back.
      </ConfirmDialog>
    </Section>
  )
}
