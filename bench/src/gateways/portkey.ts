import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, startPinned, stop, untilListens } from '../processes/index.ts'
import { type Gateway, gatewayCore, ordinary, type Surroundings } from './gateway.ts'

const competitors = fileURLToPath(new URL('../../competitors', import.meta.url))
const script = join(competitors, 'node_modules/@portkey-ai/gateway/build/start-server.js')

/** Portkey's open gateway from npm, told by its own headers where the upstream is. @throws Error when npm cannot install it */
export async function startPortkey({ upstreamPort, folder }: Surroundings): Promise<Gateway> {
  if (!existsSync(script)) install()
  const port = await freePort()
  const child = startPinned({
    core: gatewayCore,
    args: [process.execPath, script, `--port=${port}`, '--headless'],
    env: { NODE_ENV: 'production' },
    logFile: join(folder, 'portkey.log'),
  })
  await untilListens(port, child)
  const headers = {
    authorization: 'Bearer bench',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
  }
  return {
    name: 'Portkey 1.15',
    port,
    ...ordinary,
    path: '/v1/chat/completions',
    headerSets: [headers],
    pids: () => [child.pid ?? 0],
    helperPids: () => [],
    stop: () => stop(child),
  }
}

function install(): void {
  try {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: competitors, stdio: 'ignore' })
  } catch {
    throw new Error('npm ci in bench/competitors failed')
  }
}
