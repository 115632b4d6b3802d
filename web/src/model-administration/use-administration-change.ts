import { modelsQuery } from '../api/index.ts'
import { useChange } from '../ui/index.ts'
import { administrationQueries } from './administration-queries.ts'

type Settings<Answer, Given> = Omit<Parameters<typeof useChange<Answer, Given>>[0], 'rereads'>

/** A change of providers or models: what chats offer follows. */
export const useAdministrationChange = <Answer, Given = void>(settings: Settings<Answer, Given>) =>
  useChange<Answer, Given>({ ...settings, rereads: [administrationQueries.all, modelsQuery.queryKey] })
