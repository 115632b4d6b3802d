import type { IncomingMessage, ServerResponse } from 'node:http'
import { TranscribeQuery, voiceEndpoints } from '@portal/contract'
import { type WebSocket, WebSocketServer } from 'ws'
import { AppError, isOfWhoAsks } from '../errors.ts'
import { type GatewayDeps, openCall } from '../gateway/index.ts'
import {
  type Gate,
  invalidRequest,
  type Principal,
  requireScope,
  type UpgradeHandler,
} from '../http/index.ts'
import { Connection } from './connection.ts'
import { voiceLimits } from './limits.ts'
import type { Recogniser } from './recogniser.ts'
import type { Voice } from './voice.ts'

type TranscribeDeps = {
  voice: Voice
  gate: Gate
  gateway: Pick<GatewayDeps, 'admission' | 'ledger' | 'isDraining' | 'openRequests' | 'log'>
}

const { path, scope, feature = 'voice' } = voiceEndpoints.transcribe

/** Takes the connections of `GET /api/voice/transcribe`: who may not, or what is not there, is answered in HTTP. */
export function createTranscribeUpgrade({ voice, gate, gateway }: TranscribeDeps): UpgradeHandler {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: voiceLimits.messageBytesMax,
  })
  const cookies = new WeakMap<IncomingMessage, string[]>()
  server.on('headers', (headers, req) => headers.push(...(cookies.get(req) ?? [])))

  return async ({ req, res, socket, head, requestId, query }) => {
    if (gateway.isDraining()) throw new AppError('draining')
    const principal = await admitted(gate, req, res)
    const parsed = TranscribeQuery.safeParse(query, { reportInput: true })
    if (!parsed.success) throw invalidRequest(parsed.error)
    const { recogniser } = voice
    if (!recogniser) throw new AppError('unavailable', { message: voice.reason ?? '' })
    const language = languageFor(recogniser, parsed.data.language)
    if (socket.destroyed) return
    // A handshake that fails closes the socket as well.
    socket.once('close', voice.enter(principal.userId))
    cookies.set(req, [`x-request-id: ${requestId}`, ...cookiesOf(res)])
    server.handleUpgrade(req, socket, head, (accepted) => {
      const log = gateway.log.child({ requestId })
      void serve(accepted, { ...{ voice, gate, gateway, req, principal, recogniser, language }, log })
    })
  }
}

type Serving = TranscribeDeps & {
  req: IncomingMessage
  principal: Principal
  recogniser: Recogniser
  language: string | null
  log: GatewayDeps['log']
}

/** Keeps a connection among what is under way until it is closed and settled. */
async function serve(socket: WebSocket, { voice, gate, gateway, log, ...serving }: Serving): Promise<void> {
  const { req, recogniser, language } = serving
  let { principal } = serving
  const connection = new Connection({
    ...{ socket, recogniser, language, log, isDraining: gateway.isDraining },
    open: () => {
      const { model, engine } = recogniser
      return openCall(gateway, { principal, purpose: 'voice', model, target: `voice/${engine}` })
    },
    async isWelcome() {
      try {
        principal = await admitted(gate, req, null)
        return true
      } catch (error) {
        if (isOfWhoAsks(error)) return false
        throw error
      }
    },
  })
  gateway.openRequests.add(connection)
  const unwatch = voice.watch({ principal, recheck: () => connection.recheck() })
  const heard = await connection.closed
  unwatch()
  gateway.openRequests.remove(connection)
  log.info({ path, ...heard }, 'voice')
}

/** @throws AppError as authentication does, permission_denied, foreign_origin, switched_off */
async function admitted(gate: Gate, req: IncomingMessage, res: ServerResponse | null): Promise<Principal> {
  const principal = await gate.authenticate(req, res)
  const { key } = principal
  // Browsers send cookies with any page's WebSockets, and say which page it is: CORS does not apply to them.
  if (!key) {
    if (req.headers.origin === undefined) throw new AppError('foreign_origin')
    gate.requireOwnOrigin(req)
  }
  requireScope(principal, scope)
  await gate.requireFeature(feature)
  if (key && !key.permissions.includes('chat')) {
    throw new AppError('permission_denied', {
      message: 'This key does not have the permission "chat". Add it to the key, or use another one.',
    })
  }
  return principal
}

/** @throws AppError invalid_request */
function languageFor({ languages }: Recogniser, language: string | undefined): string | null {
  if (!language) return null
  if (!languages || languages.includes(language)) return language
  throw new AppError('invalid_request', {
    message: `The engine here understands ${languages.join(', ')} alone. Leave "language" out, or configure another engine.`,
    param: 'language',
  })
}

const cookiesOf = (res: ServerResponse): string[] =>
  [res.getHeader('set-cookie') ?? []].flat().map((cookie) => `set-cookie: ${cookie}`)
