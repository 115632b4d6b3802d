import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { descendantsOf, freePort, pin, startPinned, stop, untilListens } from '../processes/index.ts'
import { type Gateway, gatewayCore, models, ordinary, otherCore, type Surroundings } from './gateway.ts'

const serverMain = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url))
const adminMain = fileURLToPath(new URL('../../../server/src/admin/main.ts', import.meta.url))
// An organisation may ask 40,000 times a minute: so many together are never the limit that is measured.
const organisations = 12
// Finite, so that every token rule is worked out; large, so that none refuses.
const tokensMax = '900000000000'

export type PortalOptions = Surroundings & {
  /** Keys of an earlier start in the same folder; its database is used again. */
  keys?: string[]
  /** Writes a CPU profile here when the portal ends. */
  profileFolder?: string
}

/** The portal as it ships: embedded PostgreSQL, keys with limits, every request in the ledger. */
export async function startPortal(options: PortalOptions): Promise<Gateway & { keys: string[] }> {
  const { folder, profileFolder } = options
  const port = await freePort()
  const env = environment(options, port)
  const profiling = profileFolder
    ? ['--cpu-prof', '--cpu-prof-interval=500', `--cpu-prof-dir=${profileFolder}`]
    : []
  const child = startPinned({
    core: gatewayCore,
    args: [process.execPath, ...profiling, serverMain],
    env,
    logFile: join(folder, 'portal.log'),
  })
  const pid = child.pid ?? 0
  try {
    await untilListens(port, child)
    pin(descendantsOf(pid), otherCore)
    const keys = options.keys ?? (await makeKeys(env))
    return {
      name: 'portal',
      port,
      ...ordinary,
      path: '/api/chat/completions',
      headerSets: keys.map((key) => ({ authorization: `Bearer ${key}` })),
      keys,
      pids: () => [pid],
      helperPids: () => descendantsOf(pid),
      stop: () => stop(child),
    }
  } catch (error) {
    await stop(child)
    throw error
  }
}

function environment({ upstreamPort, folder }: Surroundings, port: number): Record<string, string> {
  const home = join(folder, 'portal')
  mkdirSync(home, { recursive: true })
  const modelsFile = join(home, 'models.json')
  writeFileSync(
    modelsFile,
    JSON.stringify({
      providers: {
        openai: { kind: 'openai', baseUrl: `http://127.0.0.1:${upstreamPort}/v1`, apiKey: 'bench' },
        anthropic: { kind: 'anthropic', baseUrl: `http://127.0.0.1:${upstreamPort}`, apiKey: 'bench' },
      },
      models: Object.entries(models).map(([provider, id]) => ({
        id,
        targets: [{ provider, model: 'upstream-model' }],
        price: { inputMicrousdPerMillion: 300_000, outputMicrousdPerMillion: 1_200_000 },
      })),
    }),
  )
  return {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATA_DIR: join(home, 'data'),
    MODELS_FILE: modelsFile,
    LOG_LEVEL: 'warn',
  }
}

/** A user with an Enterprise organisation and a limited key for each organisation, by the operator's own commands. */
async function makeKeys(env: Record<string, string>): Promise<string[]> {
  const makeOne = async (index: number) => {
    const email = `bench-${index}@example.com`
    await admin(env, [
      'create-user',
      '--email',
      email,
      '--password',
      'Bench-mark-1!',
      '--verified',
      '--plan',
      'enterprise',
    ])
    const said = await admin(env, [
      ...['create-key', '--email', email, '--name', 'bench'],
      ...['--rpm', 'none', '--daily', tokensMax, '--monthly', tokensMax],
    ])
    return said.trim().split('\n').at(-1) ?? ''
  }
  const keys: string[] = []
  for (let index = 0; index < organisations; index += 2) {
    keys.push(...(await Promise.all([makeOne(index), makeOne(index + 1)])))
  }
  return keys
}

const run = promisify(execFile)

async function admin(env: Record<string, string>, args: string[]): Promise<string> {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const { stdout } = await run('env', [...variables, process.execPath, adminMain, ...args])
  return stdout
}
