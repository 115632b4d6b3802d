// Things for the ledger's tests.
import { createServer, type Server, Socket } from 'node:net'
import { microusd, newId } from '@portal/contract'
import type pg from 'pg'
import type { Hold, Settlement } from './types.ts'

const organisationId = newId('organisation')
const userId = newId('user')

const identity = (startedAt: number) => ({
  id: newId('request', startedAt),
  startedAt,
  organisationId,
  userId,
  keyId: 'key_test',
  purpose: 'api',
  dialect: 'openai-chat',
  model: 'model-a',
  target: 'main/upstream',
  streamed: true,
})

/** A request under way since `startedAt`: 100 tokens in, 0.3 and 1.2 dollars a million. */
export const aHold = (overrides: Partial<Hold> = {}): Hold => ({
  ...identity(overrides.startedAt ?? Date.now()),
  inputTokens: 100,
  heldTokens: 1_000,
  inputMicrousdPerMillion: 300_000n,
  outputMicrousdPerMillion: 1_200_000n,
  ...overrides,
})

/** A whole answer: 100 tokens in (30 micro-USD), 50 out (60 micro-USD), in 900 ms. */
export const aSettlement = (overrides: Partial<Settlement> = {}): Settlement => ({
  ...identity(overrides.startedAt ?? Date.now()),
  sessionId: null,
  clientRequestId: null,
  attempts: 1,
  status: 'ok',
  errorCode: null,
  inputTokens: 100,
  cachedTokens: 0,
  outputTokens: 50,
  reasoningTokens: 0,
  inputMicrousd: microusd(30),
  cachedMicrousd: microusd(0),
  outputMicrousd: microusd(60),
  estimated: false,
  heldTokens: 1_000,
  latencyMs: 900,
  firstTokenMs: 120,
  audioMs: null,
  ...overrides,
})

/** How the request of a hold ended. */
export const settlementOf = (hold: Hold, overrides: Partial<Settlement> = {}): Settlement => {
  const { id, startedAt, organisationId, userId, keyId } = hold
  return aSettlement({ id, startedAt, organisationId, userId, keyId, ...overrides })
}

/** A network between the ledger and PostgreSQL that can fail. */
export class BadNetwork {
  /** Cuts the connection when the server answers next: the query has run, and nobody knows. */
  losesNextAnswer = false
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #port = 0

  constructor(target: pg.ClientConfig) {
    this.#server = createServer((near) => {
      const far = new Socket().connect(`${target.host}/.s.PGSQL.${target.port ?? 5432}`)
      const cut = () => [near, far].map((socket) => socket.destroy())
      for (const socket of [near, far]) {
        this.#sockets.add(socket)
        socket.on('error', cut).on('close', cut)
      }
      near.on('data', (data) => far.write(data))
      far.on('data', (data) => {
        if (!this.losesNextAnswer) return near.write(data)
        this.losesNextAnswer = false
        cut()
      })
    })
  }

  /** Carries connections, on the same port as before; resolves to where. */
  async up(): Promise<{ host: string; port: number }> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
    const address = this.#server.address()
    this.#port = typeof address === 'object' && address ? address.port : 0
    return { host: '127.0.0.1', port: this.#port }
  }

  /** Refuses connections and cuts those that stand. */
  async down(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
    await closed
  }
}
