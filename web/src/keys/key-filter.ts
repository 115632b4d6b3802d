import type { ApiKey, KeyStatus } from '@portal/contract'

/** What of the keys is to be seen. */
export type KeyFilter = { text: string; status: KeyStatus | 'ALL' }

/** The keys whose name, description or visible characters hold the text, and that have the status. */
export function filterKeys(keys: readonly ApiKey[], { text, status }: KeyFilter): ApiKey[] {
  const wanted = text.trim().toLowerCase()
  return keys.filter(
    (key) =>
      (status === 'ALL' || key.status === status) &&
      [key.name, key.description ?? '', key.prefix, key.lastCharacters].some((part) =>
        part.toLowerCase().includes(wanted),
      ),
  )
}
