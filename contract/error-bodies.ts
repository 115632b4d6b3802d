import { z } from 'zod'

/** How every endpoint but the gateway's says what went wrong. */
export const PortalErrorBody = z.looseObject({
  error: z.string().describe('A sentence that says what to do.'),
  code: z.string().describe('The same for every error of a kind; more fields may tell its circumstances.'),
  param: z.string().optional().describe('The first field at fault, e.g. ipWhitelist[0].'),
  issues: z
    .array(z.object({ field: z.string(), message: z.string() }))
    .optional()
    .describe('Every field at fault, of an invalid_request.'),
  limit: z.number().optional().describe('How many there may be, of a plan_limit_reached.'),
  plan: z.string().optional().describe('The plan whose limit it is.'),
  requestId: z.string().describe('The answer’s x-request-id.'),
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

/** How the gateway says it to Anthropic clients. */
export const AnthropicErrorBody = z.object({
  type: z.literal('error'),
  error: z.looseObject({ type: z.string(), message: z.string() }),
  request_id: z.string(),
})
