import { createHash } from 'node:crypto'

// A digest or a UUID: nothing a person could be known by.
const opaque = /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12,44}$/i

/** An id for the client's user that tells Anthropic nothing of who it is: its digest, unless it is one already. */
export const endUserId = (endUser: string): string =>
  opaque.test(endUser) ? endUser : createHash('sha256').update(endUser).digest('hex')
