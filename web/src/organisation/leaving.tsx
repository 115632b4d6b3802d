import { Button, Text } from '@mantine/core'
import { type ActingOrganisation, organisationEndpoints } from '@portal/contract'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { ConfirmDialog, notifyDone, Section } from '../ui/index.ts'
import { useFreshStart } from './acting.ts'

type LeavingProps = { organisation: ActingOrganisation; isLastOwner: boolean }

/** Takes oneself out of an organisation; its last owner is told what to do first. */
export function Leaving({ organisation: { id, name }, isLastOwner }: LeavingProps) {
  const [isAsking, setAsking] = useState(false)
  const { mutate, isPending, error } = useDeparture({
    depart: () => call(organisationEndpoints.leave, { params: { organisationId: id } }),
    done: `You have left ${name}.`,
  })
  return (
    <Section title="Leave" description="You lose access, and the API keys that you made here stop at once.">
      {isLastOwner ? (
        <Text size="sm">You are its only owner: hand it over first, or delete it.</Text>
      ) : (
        <Button variant="default" onClick={() => setAsking(true)}>
          Leave the organisation
        </Button>
      )}
      <ConfirmDialog
        opened={isAsking}
        title={`Leave ${name}`}
        action="Leave"
        isBusy={isPending}
        error={error}
        onConfirm={() => mutate()}
        onClose={() => setAsking(false)}
      >
        Programs that use your API keys of this organisation stop working. To come back you have to be invited
        again.
      </ConfirmDialog>
    </Section>
  )
}

type Departure = { depart: () => Promise<unknown>; done: string }

/** Whatever takes an organisation away from under this device: the server has chosen the next one. */
export function useDeparture({ depart, done }: Departure) {
  const startAfresh = useFreshStart()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: depart,
    onSuccess: async () => {
      await navigate({ to: '/' })
      await startAfresh()
      notifyDone(done)
    },
  })
}
