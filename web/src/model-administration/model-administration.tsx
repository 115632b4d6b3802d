import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Loaded, notifyFailed } from '../ui/index.ts'
import type { Act, AdministrationAction } from './actions.ts'
import { administrationQueries } from './administration-queries.ts'
import { ModelSection } from './model-section.tsx'
import { ProviderSection } from './provider-section.tsx'
import { useSwitches } from './use-switches.ts'

const AdministrationDialogs = lazy(() =>
  import('./administration-dialogs.tsx').then((loaded) => ({ default: loaded.AdministrationDialogs })),
)

/** Every provider and model, and what can be done to them. Stands in any frame. */
export function ModelAdministration() {
  const providers = useQuery(administrationQueries.providers)
  const models = useQuery(administrationQueries.models)
  const [action, setAction] = useState<AdministrationAction | null>(null)
  const switches = useSwitches()
  const act: Act = (asked) => {
    const isDone = switches(asked, { onError: notifyFailed })
    if (!isDone) setAction(asked)
  }
  return (
    <>
      <Loaded query={providers} what="the providers" rows={3}>
        {(all) => (
          <>
            <ProviderSection providers={all} isDemo={models.data?.isDemo ?? false} onAction={act} />
            {all.length > 0 && (
              <Loaded query={models} what="the models" rows={3}>
                {({ data }) => <ModelSection models={data} onAction={act} />}
              </Loaded>
            )}
          </>
        )}
      </Loaded>
      {action && (
        <Suspense>
          <AdministrationDialogs action={action} onAction={setAction} onClose={() => setAction(null)} />
        </Suspense>
      )}
    </>
  )
}
