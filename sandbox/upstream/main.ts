// The upstream as a process: `node sandbox/upstream/main.ts --port N [--key K] [--no-record] [--delay-ms N]
// [--models a,b] [--accept-unknown-fields]`; prints its URL on one line and ends on SIGTERM or SIGINT.
import { parseArgs } from 'node:util'
import { startUpstream } from './server.ts'

const { values } = parseArgs({
  allowNegative: true,
  options: {
    port: { type: 'string', default: '0' },
    key: { type: 'string' },
    record: { type: 'boolean', default: true },
    'delay-ms': { type: 'string', default: '0' },
    models: { type: 'string' },
    'accept-unknown-fields': { type: 'boolean', default: false },
  },
})

const upstream = await startUpstream({
  port: Number(values.port),
  record: values.record,
  delayMs: Number(values['delay-ms']),
  ...(values['accept-unknown-fields'] && { unknownFields: 'accept' }),
  ...(values.key !== undefined && { apiKey: values.key }),
  ...(values.models !== undefined && { models: values.models.split(',') }),
})
process.stdout.write(`${upstream.url}\n`)
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void upstream.close())
