import { z } from 'zod'

/** What other parts of the portal, in this process and others, are told when something they may cache changes. */
export const PortalEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('key-changed'), keyId: z.string() }),
  z.object({ type: z.literal('organisation-changed'), organisationId: z.string() }),
  /** Somebody's devices, role or rights. */
  z.object({ type: z.literal('user-changed'), userId: z.string() }),
  z.object({ type: z.literal('models-changed') }),
  /** What is switched off or on. */
  z.object({ type: z.literal('switches-changed') }),
  z.object({ type: z.literal('job-added'), queue: z.string() }),
])
/** One of these. */
export type PortalEvent = z.infer<typeof PortalEvent>
