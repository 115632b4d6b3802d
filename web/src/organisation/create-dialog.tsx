import { Text, TextInput } from '@mantine/core'
import { organisationEndpoints } from '@portal/contract'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { call, fieldErrors } from '../api/index.ts'
import { DialogForm, notifyDone, useTellWhenGone } from '../ui/index.ts'
import { switchTo, useFreshStart } from './acting.ts'

/** Makes a further organisation, and acts for it from then on. */
export function CreateDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const { mutate, isPending, error } = useCreation(onClose)
  return (
    <DialogForm
      title="New organisation"
      action="Create"
      isReady={name.trim() !== ''}
      isBusy={isPending}
      error={error}
      onSubmit={() => mutate(name)}
      onClose={onClose}
    >
      <Text size="sm">It has members, API keys and a plan of its own. You are its owner.</Text>
      <TextInput
        label="Name"
        required
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldErrors(error).name}
        data-autofocus
      />
    </DialogForm>
  )
}

function useCreation(onDone: () => void) {
  const startAfresh = useFreshStart()
  return useMutation({
    mutationFn: async (name: string) => {
      const made = await call(organisationEndpoints.create, { body: { name } })
      return switchTo(made.id)
    },
    onSuccess: async ({ name }) => {
      await startAfresh()
      notifyDone(`${name} is created. You are working in it now.`)
      onDone()
    },
    onError: useTellWhenGone(),
  })
}
