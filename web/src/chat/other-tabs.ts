// Tabs of one browser, which tell each other what chat they changed.

let channel: BroadcastChannel | undefined
/** One for the page: it does not hear itself. */
const open = (): BroadcastChannel => {
  channel ??= new BroadcastChannel('portal-chats')
  return channel
}

/** Tells the other tabs of this browser that a chat is not what it was. */
export const tellOtherTabs = (sessionId: string): void => open().postMessage(sessionId)

/** Hears from the other tabs which chat they changed; returns what ends the hearing. */
export function onOtherTabs(hear: (sessionId: string) => void): () => void {
  const onMessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'string') hear(data)
  }
  const heard = open()
  heard.addEventListener('message', onMessage)
  return () => heard.removeEventListener('message', onMessage)
}

/**
 * Does something as long as this tab is seen: a browser has six connections to the portal for all its tabs. `begin`
 * returns what ends it until the next time; so does this, for good.
 */
export function whileSeen(begin: () => () => void): () => void {
  let end: (() => void) | null = null
  const look = () => {
    const isSeen = document.visibilityState === 'visible'
    if (isSeen) end ??= begin()
    else {
      end?.()
      end = null
    }
  }
  look()
  document.addEventListener('visibilitychange', look)
  return () => {
    document.removeEventListener('visibilitychange', look)
    end?.()
  }
}

/** Runs something whenever somebody comes back to this tab; returns what ends that. */
export function onReturn(run: () => void): () => void {
  const onVisible = () => {
    if (document.visibilityState === 'visible') run()
  }
  window.addEventListener('focus', run)
  document.addEventListener('visibilitychange', onVisible)
  return () => {
    window.removeEventListener('focus', run)
    document.removeEventListener('visibilitychange', onVisible)
  }
}
