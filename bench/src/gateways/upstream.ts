import { fileURLToPath } from 'node:url'
import { freePort, startPinned, stop, untilListens } from '../processes/index.ts'
import { type Gateway, ordinary, otherCore } from './gateway.ts'

/** The scripted upstream; calling it without a gateway between is what added times are measured against. */
export type Upstream = Gateway & {
  /** What every request is answered with from now on: a behaviour of sandbox/upstream. */
  behave(behaviour: Record<string, unknown>): Promise<void>
}

export async function startUpstream(): Promise<Upstream> {
  const port = await freePort()
  const main = fileURLToPath(new URL('../../../sandbox/upstream/main.ts', import.meta.url))
  const child = startPinned({
    core: otherCore,
    args: [process.execPath, main, '--port', String(port), '--no-record'],
  })
  const origin = `http://127.0.0.1:${port}`
  await untilListens(port, child)
  return {
    name: 'direct',
    port,
    ...ordinary,
    path: '/v1/chat/completions',
    headerSets: [{ authorization: 'Bearer bench' }],
    pids: () => [],
    helperPids: () => [],
    stop: () => stop(child),
    async behave(behaviour) {
      const response = await fetch(`${origin}/__control`, {
        method: 'POST',
        body: JSON.stringify({ default: behaviour }),
      })
      if (!response.ok) throw new Error(`The upstream refused a behaviour: ${await response.text()}`)
    },
  }
}
