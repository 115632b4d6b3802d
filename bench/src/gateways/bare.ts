import { fileURLToPath } from 'node:url'
import { freePort, startPinned, stop, untilListens } from '../processes/index.ts'
import { type Gateway, gatewayCore, ordinary, type Surroundings } from './gateway.ts'

export async function startBare({ upstreamPort }: Surroundings): Promise<Gateway> {
  const port = await freePort()
  const script = fileURLToPath(new URL('../bare-proxy.ts', import.meta.url))
  const child = startPinned({
    core: gatewayCore,
    args: [process.execPath, script, String(port), `http://127.0.0.1:${upstreamPort}`],
  })
  await untilListens(port, child)
  return {
    name: 'bare proxy',
    port,
    ...ordinary,
    path: '/v1/chat/completions',
    headerSets: [{ authorization: 'Bearer bench' }],
    pids: () => [child.pid ?? 0],
    helperPids: () => [],
    stop: () => stop(child),
  }
}
