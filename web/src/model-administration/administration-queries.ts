import { modelAdministrationEndpoints } from '@portal/contract'
import { queryOptions } from '@tanstack/react-query'
import { call } from '../api/index.ts'

// What runs and how it does changes by itself.
const refetchInterval = 5_000

/** Providers and models as administrators see them, read anew while they are looked at. */
export const administrationQueries = {
  all: ['model-administration'] as const,
  providers: queryOptions({
    queryKey: ['model-administration', 'providers'],
    queryFn: async ({ signal }) => (await call(modelAdministrationEndpoints.listProviders, { signal })).data,
    refetchInterval,
  }),
  models: queryOptions({
    queryKey: ['model-administration', 'models'],
    queryFn: ({ signal }) => call(modelAdministrationEndpoints.listModels, { signal }),
    refetchInterval,
  }),
}
