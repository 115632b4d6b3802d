// Connections that leave HTTP: WebSockets, by the path they ask for.
import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { newId, type RequestId } from '@portal/contract'
import { AppError } from '../errors.ts'
import type { Log } from '../log/index.ts'
import { appErrorFrom, logError, rawErrorAnswer } from './render-error.ts'
import { readTarget, requestFault } from './target.ts'

/** A request to go on as a WebSocket. */
export type Upgrade = {
  req: IncomingMessage
  socket: Duplex
  /** What the client sent behind its request. */
  head: Buffer
  requestId: RequestId
  /** Never sent: what authentication sets on it goes with the answer to the upgrade. */
  res: ServerResponse
  query: Record<string, string>
}

/** Takes a connection over, or refuses it. @throws AppError what the client is answered instead */
export type UpgradeHandler = (upgrade: Upgrade) => Promise<void>

/** What a server does with requests that ask for a WebSocket. */
export type Upgrades = {
  /** Whether a request is one for a WebSocket that is offered; every other is a plain request. */
  takes: (req: IncomingMessage) => boolean
  take: (req: IncomingMessage, socket: Duplex, head: Buffer) => void
}

/** Builds it from the handlers by path. */
export function createUpgrades(handlers: ReadonlyMap<string, UpgradeHandler>, log: Log): Upgrades {
  const handlerOf = ({ url = '' }: IncomingMessage) => handlers.get(readTarget(url)?.path ?? '')
  const takes = (req: IncomingMessage) =>
    req.method === 'GET' && req.headers.upgrade?.toLowerCase() === 'websocket' && handlerOf(req) !== undefined

  async function handle(req: IncomingMessage, upgrade: Upgrade): Promise<void> {
    const fault = requestFault(req, readTarget(req.url ?? ''))
    if (fault) throw fault
    const handler = takes(req) ? handlerOf(req) : undefined
    if (!handler) throw new AppError('not_found')
    await handler(upgrade)
  }

  return {
    takes,
    take(req, socket, head) {
      socket.on('error', () => socket.destroy())
      const requestId = newId('request')
      const res = new ServerResponse(req)
      handle(req, { req, socket, head, requestId, res, query: queryOf(req) }).catch((cause: unknown) => {
        const error = appErrorFrom(cause)
        logError(log, requestId, error)
        log.info({ requestId, path: readTarget(req.url ?? '')?.path, status: error.status }, 'request')
        socket.end(rawErrorAnswer(error, requestId), () => socket.destroy())
      })
    },
  }
}

const queryOf = ({ url = '' }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(new URL(readTarget(url)?.url ?? '/', 'http://portal').searchParams)
