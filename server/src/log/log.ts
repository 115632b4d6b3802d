import { type DestinationStream, type Logger, pino } from 'pino'
import { withoutKeys } from './redact.ts'

export type Log = Logger

const secrets = [
  'authorization',
  'cookie',
  'x-api-key',
  'set-cookie',
  'password',
  'token',
  'key',
  'secret',
  'apiKey',
]

/** The process's log: JSON lines, on stdout in the background unless said; secrets blanked wherever they stand. */
export function createLog(level: string, destination: DestinationStream = stdout()): Log {
  return pino(
    {
      level,
      base: null,
      hooks: { streamWrite: withoutKeys },
      redact: { paths: secrets.flatMap((name) => [at(name), `*${at(name)}`]), censor: '[redacted]' },
    },
    destination,
  )
}

const stdout = (): DestinationStream => pino.destination({ fd: 1, sync: false })
const at = (name: string): string => `["${name}"]`
