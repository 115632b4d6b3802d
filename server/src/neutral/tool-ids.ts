// Ids of tool calls: OpenAI's world puts anything into them, Anthropic's takes letters, digits, "_" and "-" only.

const fits = /^[a-zA-Z0-9_-]+$/
const mark = 'portal_'

/** The id in letters that Anthropic takes: as it is where it fits. Injective, and `decodeToolId` takes it back. */
export function encodeToolId(id: string): string {
  if (fits.test(id) && !id.startsWith(mark)) return id
  return mark + id.replace(/[^a-zA-Z0-9-]/g, (unit) => `_${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The id that `encodeToolId` was given; any other is returned as it is. */
export function decodeToolId(id: string): string {
  if (!id.startsWith(mark)) return id
  const decoded = id
    .slice(mark.length)
    .replace(/_([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return encodeToolId(decoded) === id ? decoded : id
}

const prefix = 'toolu_'

/** The id of an OpenAI upstream's call as an Anthropic client gets it. Injective; `upstreamToolId` takes it back. */
export const clientToolId = (id: string): string => prefix + encodeToolId(id)

/** The id that `clientToolId` was given; one that does not come from it loses at most the prefix. */
export const upstreamToolId = (id: string): string =>
  decodeToolId(id.startsWith(prefix) ? id.slice(prefix.length) : id)
