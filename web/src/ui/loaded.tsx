import type { ReactNode } from 'react'
import { ErrorState, RowsSkeleton } from './states.tsx'

/** What of a query decides what is shown. */
type Asked<Data> = { data: Data | undefined; error: Error | null; refetch: () => unknown }

type LoadedProps<Data> = {
  query: Asked<Data>
  /** What is being loaded, as it stands in a sentence: "your keys". */
  what: string
  /** About so many rows are awaited. */
  rows?: number
  /** Stands in for those rows. */
  placeholder?: ReactNode
  children: (data: Data) => ReactNode
}

/**
 * What a query brought; where nothing came yet, its place, or why nothing came and the way to try again. What was
 * once there stays, also while it cannot be read anew: whatever somebody does with it goes on.
 */
export function Loaded<Data>({ query, what, rows, placeholder, children }: LoadedProps<Data>): ReactNode {
  const { data, error, refetch } = query
  if (data !== undefined) return children(data)
  if (error) {
    const title = `${what.charAt(0).toUpperCase()}${what.slice(1)} could not be loaded`
    return <ErrorState title={title} error={error} onRetry={refetch} />
  }
  return placeholder ?? <RowsSkeleton label={`Loading ${what}`} {...(rows && { rows })} />
}
