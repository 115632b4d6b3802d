import type { UsageToday } from '@portal/contract'

type Listening = {
  url: string
  onToday: (today: UsageToday) => void
  onLive: (isLive: boolean) => void
}

/** Pauses between tries after an answer that is none; a connection that broke the browser opens again by itself. */
const pausesMs = [2_000, 5_000, 15_000, 60_000]

/** Hears what is used today for as long as the tab is seen; the function that is returned ends it. */
export function listenToToday({ url, onToday, onLive }: Listening): () => void {
  let source: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  const close = () => {
    clearTimeout(timer)
    source?.close()
    source = null
    onLive(false)
  }
  const open = () => {
    close()
    const opened = new EventSource(url)
    source = opened
    opened.addEventListener('usage', ({ data }) => {
      failures = 0
      onLive(true)
      onToday(JSON.parse(data) as UsageToday)
    })
    opened.addEventListener('error', () => {
      onLive(false)
      if (opened.readyState !== EventSource.CLOSED || source !== opened) return
      timer = setTimeout(open, pausesMs[failures] ?? pausesMs.at(-1))
      failures += 1
    })
  }
  const follow = () => (document.hidden ? close() : open())
  document.addEventListener('visibilitychange', follow)
  follow()
  return () => {
    document.removeEventListener('visibilitychange', follow)
    close()
  }
}
