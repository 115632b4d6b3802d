import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from './app.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { firstKey, welcome } from './first-start.ts'
import { createServices, type Services } from './services.ts'

const drainMs = 30_000

async function main(): Promise<void> {
  // biome-ignore lint/style/noProcessEnv: the environment enters here and nowhere else
  const config = readConfig(process.env)
  const services = await createServices(config)
  const server = createServer(
    { headersTimeout: 15_000, requestTimeout: 120_000, keepAliveTimeout: 75_000 },
    createApp(services),
  )
  await listen(server, config)
  await announce(services, server)
  stopOnSignals(services, server)
}

function listen(server: Server, { host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}

async function announce(services: Services, server: Server): Promise<void> {
  const { address, family, port } = server.address() as AddressInfo
  const url = services.config.publicUrl ?? `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  const [model] = services.models.list()
  const key = await firstKey(services)
  process.stdout.write(
    key ? welcome({ url, key, model: model?.id ?? '' }) : `The LLM Portal is ready at ${url}\n`,
  )
  if (model?.isDemo) {
    process.stdout.write(
      '\nNo language model is configured, so the built-in demo model answers. To connect a real one, set OPENAI_API_KEY,\nstart Ollama, llama.cpp, vLLM or LM Studio on this machine, or write a MODELS_FILE: see docs/guide/connect-a-model.md.\n\n',
    )
  }
}

/** The first signal lets requests under way end, the second does not wait. */
function stopOnSignals(services: Services, server: Server): void {
  let stopping = false
  const stop = async () => {
    if (stopping) process.exit(1)
    stopping = true
    server.close()
    const idle = setInterval(() => server.closeIdleConnections(), 100)
    await services.close({ graceMs: drainMs })
    clearInterval(idle)
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(
    error instanceof ConfigError ? `The configuration is not valid:\n${message}\n` : `${message}\n`,
  )
  process.exit(1)
})
