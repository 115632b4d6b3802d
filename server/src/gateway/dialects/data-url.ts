/** What a `data:` URL holds: RFC 2397, base64 only; null for anything else. */
export function readDataUrl(url: string): { mediaType: string; base64: string } | null {
  const comma = url.indexOf(',')
  const [mediaType, ...parameters] = url.slice('data:'.length, Math.max(comma, 0)).split(';')
  if (!url.startsWith('data:') || !mediaType || parameters.at(-1)?.trim().toLowerCase() !== 'base64')
    return null
  return { mediaType: mediaType.trim().toLowerCase(), base64: url.slice(comma + 1) }
}
