/** Where a video is: with the portal, which alone a page plays from, or elsewhere. */
export type VideoSource = { kind: 'own' | 'foreign'; href: string }

/** What there is at a message's address of a video; null for what is no address of the web. */
export function videoSource(url: string, origin: string): VideoSource | null {
  if (!URL.canParse(url, origin)) return null
  const { protocol, origin: its, href } = new URL(url, origin)
  if (protocol !== 'http:' && protocol !== 'https:') return null
  return { kind: its === origin ? 'own' : 'foreign', href }
}
