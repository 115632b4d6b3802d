import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import { changed, type UsageSearch, withoutFilters } from './asked.ts'

/** What the address asks for, and what changes it: each change is a step to go back from. */
export function useNarrowing() {
  const search: UsageSearch = useSearch({ from: '/portal/usage' })
  const navigate = useNavigate()
  const change = useCallback(
    (patch: UsageSearch) =>
      navigate({ to: '/usage', search: (before: UsageSearch) => changed(before, patch), resetScroll: false }),
    [navigate],
  )
  const clear = useCallback(
    () => navigate({ to: '/usage', search: withoutFilters, resetScroll: false }),
    [navigate],
  )
  return { search, change, clear }
}
