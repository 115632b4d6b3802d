import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ErrorCode, newId } from '@portal/contract'
import { AppError } from '../errors.ts'
import type { Log } from '../log/index.ts'
import { portalErrorBody, rawErrorAnswer, sendError } from './render-error.ts'
import { setSecurityHeaders } from './security-headers.ts'
import { createUpgrades, type Upgrades } from './upgrades.ts'

type ParserError = Error & { code?: string; reason?: string }

/** Node's HTTP server with the portal's bounds; what never becomes a request is answered as any other error. */
export function createHttpServer(
  handler: RequestListener,
  log: Log,
  upgrades: Upgrades = createUpgrades(new Map(), log),
): Server {
  const server = createServer(
    {
      headersTimeout: 15_000,
      // As long as the largest file takes over a slow line; who reads anything smaller is less patient.
      requestTimeout: 900_000,
      keepAliveTimeout: 75_000,
      connectionsCheckingInterval: 5_000,
      // The handler refuses its absence with a sentence.
      requireHostHeader: false,
      // Whoever offers to speak something else is answered in HTTP (RFC 9110 §7.8).
      shouldUpgradeCallback: upgrades.takes,
    },
    handler,
  )
  server.on('clientError', (fault: ParserError, socket) => {
    if (isAnswerable(socket)) refuse(socket, errorFrom(fault), log)
    else socket.destroy()
  })
  server.on('upgrade', upgrades.take)
  server.on('connect', (_, socket) => {
    socket.on('error', () => socket.destroy())
    refuse(socket, new AppError('method_not_allowed', { headers: { allow: methods } }), log)
  })
  server.on('checkExpectation', (_, res) => {
    const error = new AppError('expectation_failed', { headers: { connection: 'close' } })
    const requestId = refusalId(log, error)
    setSecurityHeaders(res)
    res.setHeader('x-request-id', requestId)
    sendError(res, error, portalErrorBody(error, requestId))
  })
  return server
}

const methods = 'GET, POST, PATCH, DELETE'

/** As Node itself decides it: never into the middle of an answer under way. */
function isAnswerable(socket: Duplex & { _httpMessage?: ServerResponse | null }): boolean {
  return socket.writable && !socket._httpMessage?.headersSent
}

function refuse(socket: Duplex, error: AppError, log: Log): void {
  socket.end(rawErrorAnswer(error, refusalId(log, error)), () => socket.destroy())
}

/** The id under which the client and the log speak of what was refused. */
function refusalId(log: Log, { status, message }: AppError): string {
  const requestId = newId('request')
  log.info({ requestId, status }, message)
  return requestId
}

const codes: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

function errorFrom({ code = '', reason }: ParserError): AppError {
  const known = codes[code]
  if (known) return new AppError(known)
  const why = reason ? ` (${reason})` : ''
  return new AppError('invalid_request', {
    message: `This could not be read as an HTTP/1.1 request${why}. Check the address, and that it begins with the right http:// or https://.`,
  })
}
