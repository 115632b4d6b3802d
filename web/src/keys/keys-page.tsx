import { Button } from '@mantine/core'
import { type ApiKeyWithSecret, keyEndpoints } from '@portal/contract'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { call, keyQueries } from '../api/index.ts'
import { EmptyState, Loaded, notifyFailed, Page, TextLink, useChange, useShortcut } from '../ui/index.ts'
import { KeyList } from './key-list.tsx'
import type { KeyAction } from './key-menu.tsx'

const KeyDialogs = lazy(() => import('./key-dialogs.tsx').then(({ KeyDialogs }) => ({ default: KeyDialogs })))

/** The API keys of the organisation, and everything that can be done with them. */
export function KeysPage() {
  const keys = useQuery(keyQueries.list)
  const [action, setAction] = useState<KeyAction | null>(null)
  const [secret, setSecret] = useState<ApiKeyWithSecret | null>(null)
  const creation = useCreation()
  const act = useActions(setAction)
  const create = (
    <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={creation.open}>
      Create key
    </Button>
  )
  const isDialogOpen = creation.isOpen || action !== null || secret !== null
  const close = () => {
    if (creation.isOpen) creation.close()
    setAction(null)
    setSecret(null)
  }
  const showSecret = (key: ApiKeyWithSecret) => {
    creation.close()
    setAction(null)
    setSecret(key)
  }
  return (
    <Page
      title="API keys"
      description={
        <>
          Programs show a key to call models in your organisation’s name.{' '}
          <TextLink to="/docs/$page" params={{ page: 'getting-started' }}>
            How to use a key
          </TextLink>
        </>
      }
      actions={keys.data?.length ? create : undefined}
    >
      <Loaded query={keys} what="your keys" rows={5}>
        {(all) => (all.length > 0 ? <KeyList keys={all} onAction={act} /> : <NoKeys action={create} />)}
      </Loaded>
      {isDialogOpen && (
        <Suspense>
          <KeyDialogs action={action} secret={secret} onSecret={showSecret} onClose={close} />
        </Suspense>
      )}
    </Page>
  )
}

/** Whether a key is being made: in the address, so that links and the palette lead there. */
function useCreation() {
  const { create, q } = useSearch({ from: '/portal/keys' })
  const navigate = useNavigate()
  const rest = q === undefined ? {} : { q }
  const open = () => navigate({ to: '/keys', search: { ...rest, create: '1' } })
  const close = () => navigate({ to: '/keys', search: rest, replace: true })
  useShortcut({ keys: 'n', label: 'Create a key', group: 'API keys' }, open)
  return { isOpen: create !== undefined, open, close }
}

/** What the row menu does: reactivation at once, everything else asks first. */
function useActions(ask: (action: KeyAction) => void): (action: KeyAction) => void {
  const { mutate: reactivate } = useChange({
    rereads: [keyQueries.all],
    change: (keyId: string) => call(keyEndpoints.reactivate, { params: { keyId } }),
    done: 'The key works again.',
  })
  return (action) =>
    action.kind === 'reactivate' ? reactivate(action.apiKey.id, { onError: notifyFailed }) : ask(action)
}

function NoKeys({ action }: { action: React.ReactNode }) {
  return (
    <EmptyState icon={<IconKey size={24} />} title="No API keys yet" action={action}>
      Create one for each program that calls models, so that you can limit and stop them one by one.
    </EmptyState>
  )
}
