/**
 * Whether a text is an http or https URL without user, query or fragment: a path can be joined to it, and nothing
 * secret stands in it.
 */
export function isPlainHttpUrl(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && !/[@?#]/.test(text)
}
