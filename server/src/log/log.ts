import { type Logger, pino } from 'pino'

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

/** The process's log: JSON lines on stdout, secrets blanked, written in the background. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      redact: { paths: secrets.flatMap((name) => [at(name), `*${at(name)}`]), censor: '[redacted]' },
    },
    pino.destination({ fd: 1, sync: false }),
  )
}

const at = (name: string): string => `["${name}"]`
