import type { UsageToday } from '@portal/contract'
import type { Portal } from '../test/index.ts'

/** Listens to what is used today; `ended` resolves once the portal, or `leave`, has ended it. */
export async function listenTo(
  { url }: Pick<Portal, 'url'>,
  headers: Record<string, string>,
  query = '',
): Promise<{ status: number; told: UsageToday[]; ended: Promise<void>; leave: () => void }> {
  const leaving = new AbortController()
  const response = await fetch(`${url}/api/usage/live${query}`, { headers, signal: leaving.signal })
  const told: UsageToday[] = []
  const ended = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? [])
      for (const [, data] of decoder.decode(chunk).matchAll(/^data: (.*)$/gm))
        told.push(JSON.parse(data ?? ''))
  })().catch((error) => {
    if (!leaving.signal.aborted) throw error
  })
  return { status: response.status, told, ended, leave: () => leaving.abort() }
}
