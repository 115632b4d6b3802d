// JSON that is sent on keeps the digits its writer gave it, also those a float cannot hold.

// Beyond a float's digits or range, e.g. in a seed: those numbers keep their own spelling.
const longNumber = /\d[\d.]{15}|\d[eE][+-]?\d{3}/
// Also those that would be written in another way, e.g. 1.0 and 1e3: to many clients a number with a point is another.
const spelledNumber = /\d[\d.]{15}|\d[eE][+-]?\d|\d\.\d*0(?!\d)|-0(?![\d.])/

type ReviverContext = { source?: string }
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }

const keepSource = (_: string, field: unknown, context?: ReviverContext): unknown =>
  typeof field === 'number' && context?.source && context.source !== String(field)
    ? rawJSON(context.source)
    : field

/** A text that was parsed already, with the numbers that no float can hold as they were spelled. */
export const asSpelled = <T>(text: string, parsed: T): T =>
  longNumber.test(text) ? (parseLossless(text) as T) : parsed

/**
 * Parses JSON so that writing it again gives every number as it was spelled.
 * @throws SyntaxError
 */
export const parseLossless = (text: string): unknown =>
  spelledNumber.test(text) ? JSON.parse(text, keepSource) : JSON.parse(text)
