import { authEndpoints } from '@portal/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { call } from '../api/index.ts'
import { EntrancePage, FormError } from '../ui/index.ts'
import { type NewAccount, NewAccountForm } from './new-account-form.tsx'

/** Where the link leads that a new portal prints: whoever runs it becomes its administrator. */
export function SetUpPage() {
  const { token = '' } = useSearch({ from: '/entrance/set-up' })
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: (account: NewAccount) => call(authEndpoints.claimPortal, { body: { ...account, token } }),
    onSuccess: async () => {
      await queryClient.resetQueries()
      await navigate({ to: '/' })
    },
  })
  return (
    <EntrancePage
      title="Set up your portal"
      description="You become its administrator, and the owner of its first organisation and key."
    >
      {!token && (
        <FormError>This link is incomplete. Copy all of it from where the portal was started.</FormError>
      )}
      <NewAccountForm
        action="Set up the portal"
        onSubmit={mutate}
        isPending={isPending}
        error={error}
        refusal={(failure) => <FormError>{failure.message}</FormError>}
      />
    </EntrancePage>
  )
}
