// A portal that has nothing but its database: tests start it under several accounts, and kill it.
import { pino } from 'pino'
import { startEmbeddedPostgres } from './index.ts'

const [dataDir = '', binaries] = process.argv.slice(2)
const log = pino(pino.destination({ fd: 2, sync: true }))
const server = await startEmbeddedPostgres({ dataDir, log, ...(binaries ? { binaries } : {}) })
const { clientConfig, attached, clusterDir } = server

const life = setInterval(() => {}, 60_000)
process.on('SIGINT', () => {}) // it takes its time to drain
process.on('SIGTERM', async () => {
  await server.stop()
  clearInterval(life)
})
// Last, since the test may send a signal as soon as it has read this.
process.stdout.write(`${JSON.stringify({ clientConfig, attached, clusterDir })}\n`)
