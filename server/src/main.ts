import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createApp, createAppUpgrades } from './app.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { claimUrl, firstKey, welcome } from './first-start.ts'
import { createHttpServer } from './http/index.ts'
import { reachableUrl } from './public-url.ts'
import { createServices, type Services } from './services.ts'

const drainMs = 30_000
/** How long answers that are written may take to reach their readers, and the ledger the disk after a fault. */
const farewellMs = 2_000

async function main(): Promise<void> {
  const stopped = untilStopped()
  // biome-ignore lint/style/noProcessEnv: the environment enters here and nowhere else
  const config = readConfig(process.env)
  const services = await createServices(config)
  endOnFaults(services)
  const server = createHttpServer(createApp(services), services.log, createAppUpgrades(services))
  try {
    await listen(server, config)
    services.listensAt(reachableUrl(server.address() as AddressInfo))
    server.on('error', (err) => services.log.error({ err }, 'the HTTP server'))
    services.status.start()
    await announce(services)
    await Promise.race([stopped, services.lost])
  } finally {
    // It listens until the end: whoever asks meanwhile is told that this server is stopping.
    await services.close({ graceMs: drainMs })
    await disconnect(server)
  }
}

/** Resolves at the first signal, which lets requests under way end; the second does not wait. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false
    const stop = () => {
      if (isStopping) process.exit(1)
      isStopping = true
      resolve()
    }
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
  })
}

/** A fault that nobody caught leaves the process in no known state: what is settled is kept, and it ends. */
function endOnFaults({ log, close }: Services): void {
  let isEnding = false
  const end = async (err: unknown) => {
    if (isEnding) return
    isEnding = true
    log.fatal({ err }, 'a fault that nobody caught ends this process')
    await Promise.race([close({ graceMs: 0 }), sleep(farewellMs)]).catch(() => {})
    process.exit(1)
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, end)
}

function listen(server: Server, { host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (cause: NodeJS.ErrnoException) => {
      const problem = listenProblems[cause.code ?? ''] ?? `cannot be opened (${cause.message}).`
      reject(new Error(`Port ${port} of ${host} ${problem}`, { cause }))
    }
    server.once('error', refused)
    server.listen(port, host, () => {
      server.off('error', refused)
      resolve()
    })
  })
}

const listenProblems: Record<string, string> = {
  EADDRINUSE: 'is in use by another program. Stop that one, or set PORT to a free port.',
  EACCES: 'may not be opened by this user. Set PORT to one above 1023.',
  EADDRNOTAVAIL: 'cannot be opened: this machine does not have that address. Set HOST to one of its own.',
  ENOTFOUND: 'cannot be opened: no machine has that name. Set HOST to an address of this one.',
}

async function disconnect(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  await Promise.race([closed, sleep(farewellMs)])
  clearInterval(idle)
}

async function announce(services: Services): Promise<void> {
  const url = services.publicUrl()
  const [model] = services.models.list()
  // Both before anything is said: whoever reads that the portal is ready finds it so.
  const key = await firstKey(services)
  const claim = await claimUrl(services)
  process.stdout.write(
    key ? welcome({ url, key, model: model?.id ?? '' }) : `The LLM Portal is ready at ${url}\n`,
  )
  if (claim) {
    process.stdout.write(
      `\nNobody runs this portal yet. Open this to become its administrator (for a day):\n\n  ${claim}\n\n`,
    )
  }
  process.stdout.write(modelsLine(services.models.list().map(({ id }) => id)))
  if (model?.isDemo) {
    process.stdout.write(
      '\nNo language model is configured, so the built-in demo model answers. To connect a real one, set OPENAI_API_KEY or ANTHROPIC_API_KEY,\nstart Ollama, llama.cpp, vLLM or LM Studio on this machine, or write a MODELS_FILE: see docs/guide/connect-a-model.md.\n\n',
    )
  }
}

function modelsLine(ids: string[]): string {
  if (ids.length === 0) return 'No model is offered: see the log.\n'
  const more = ids.length > 5 ? ` and ${ids.length - 5} more` : ''
  return `Models: ${ids.slice(0, 5).join(', ')}${more}\n`
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(
      error instanceof ConfigError ? `The configuration is not valid:\n${message}\n` : `${message}\n`,
    )
    process.exit(1)
  },
)
