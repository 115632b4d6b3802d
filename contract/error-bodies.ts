import { z } from 'zod'

/** How every endpoint but the gateway's says what went wrong. */
export const PortalErrorBody = z.object({
  error: z.string().describe('A sentence that says what to do.'),
  code: z.string(),
  requestId: z.string(),
})

/** How the gateway says it to OpenAI clients. */
export const OpenAiErrorBody = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string().nullable(),
  }),
})
