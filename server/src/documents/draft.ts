import type { Passage } from './reading.ts'

/** What a format's reader gives: passages as they are asked for, so that what is beyond the limits is never made. */
export type Draft = {
  passages: Iterable<Passage> | AsyncIterable<Passage>
  pages?: number
}
