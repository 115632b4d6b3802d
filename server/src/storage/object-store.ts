import type { Readable } from 'node:stream'

/** Bytes of an object: from the first to the last one, both included. */
export type ByteRange = { first: number; last: number }

/**
 * Where files' bytes lie, under keys of `a-z`, `0-9`, `_`, `-` and `/`. An object is written once and never changed.
 * Every verb @throws AppError unavailable where the store refuses the portal.
 */
export type ObjectStore = {
  /** Takes over a local file: it is durable once this resolves, and the local one may be gone. */
  put: (key: string, path: string) => Promise<void>
  /** Its bytes, or some of them; null where there is no such object. */
  open: (key: string, range?: ByteRange) => Promise<Readable | null>
  /** It as a local file for programs that read no others, until `release`; null where there is no such object. */
  localCopy: (key: string) => Promise<LocalCopy | null>
  /** Deletes it; one that is not there is deleted already. */
  delete: (key: string) => Promise<void>
}

export type LocalCopy = { path: string; release: () => Promise<void> }
