// The WebSocket as its clients meet it: a whole portal, a real server for transcriptions behind it.
import { startTranscription } from '@portal/sandbox'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { password, usePortal } from '../sign-in/test-people.ts'
import { type Browser, eventually, type LedgerRow } from '../test/index.ts'
import { connect, type Speaker, silence, speech } from './test-voice.ts'

type Transcription = Awaited<ReturnType<typeof startTranscription>>

let transcription: Transcription
const env: Record<string, string> = { TRANSCRIPTION_API_KEY: 'secret', TRANSCRIPTION_MODEL: 'hears-all' }
// Before the portal, which is told where it is.
beforeAll(async () => {
  transcription = await startTranscription()
  env.TRANSCRIPTION_BASE_URL = transcription.url
})
const { portal, open } = usePortal(env)
afterAll(() => transcription?.close())

let key: string
let keyId: string
let owner: Awaited<ReturnType<ReturnType<typeof portal>['aKey']>>['owner']
const speakers: Speaker[] = []
const speaker = async (settings: Parameters<typeof connect>[1] = { key }) => {
  const connected = await connect(portal(), settings)
  speakers.push(connected)
  return connected
}
beforeEach(async () => {
  transcription.reset()
  const made = await portal().aKey()
  key = made.secret
  keyId = made.id
  owner = made.owner
})
afterEach(async () => {
  for (const { socket } of speakers.splice(0)) socket.terminate()
  await eventually(() => expect(portal().services.gateway.openRequests.size).toBe(0))
  expect(portal().held().openLeases).toBe(0)
  expect(transcription.faults).toEqual([])
})

/** As long as a message may be, and without a pause. */
const loud = Buffer.concat([speech(1875)])
const sentence = () => [speech(900), silence(1000)]
const rows = (): Promise<LedgerRow[]> => portal().ledgerRows(`purpose = 'voice' and key_id = '${keyId}'`)
const refusalOf = (settings: Parameters<typeof connect>[1]) =>
  speaker(settings).then(
    () => 'let in',
    ({ message }: Error) => message,
  )
/** Has every process look again at who a key stands for. */
const announce = (changed: string) =>
  portal().pool.query(`select pg_notify('portal_events', $1)`, [
    JSON.stringify({ type: 'key-changed', keyId: changed }),
  ])
let people = 0
/** Somebody who is signed in. */
async function aSignedIn(): Promise<{ browser: Browser; id: string }> {
  const email = `speaker${++people}@example.com`
  const { user } = await portal().services.accounts.createUser({ email, password, verified: true })
  const browser = open()
  await browser.post('/api/auth/sign-in/email', { email, password })
  return { browser, id: user.id }
}
const cookieOf = ({ cookies }: Browser) => [...cookies].map((pair) => pair.join('=')).join('; ')

describe('who may speak', () => {
  test('[V2] whoever is nobody gets a 401, and what reads or makes no chats a 403, before the upgrade', async () => {
    expect(await refusalOf({})).toMatch(/^401 .*missing_credentials/)
    expect(await refusalOf({ key: 'sk-live-made-up' })).toMatch(/^401 .*invalid_api_key/)
    expect(await refusalOf({ headers: { cookie: 'portal-session=made.up.cookie' } })).toMatch(
      /^401 .*session_ended/,
    )
    const expired = await portal().aKey({ expired: true })
    expect(await refusalOf({ key: expired.secret })).toMatch(/^401 .*key_expired/)
    const reading = await portal().aKey({ access: 'read' })
    expect(await refusalOf({ key: reading.secret })).toMatch(/^403 .*permission_denied/)
    const painting = await portal().aKey({ permissions: ['images'] })
    expect(await refusalOf({ key: painting.secret })).toMatch(/^403 .*permission_denied/)
    const elsewhere = await portal().aKey({ ipWhitelist: ['198.51.100.1'] })
    expect(await refusalOf({ key: elsewhere.secret })).toMatch(/^403 .*ip_not_allowed/)
    const models = await portal().aKey({ access: 'models' })
    await speaker({ key: models.secret })
  })

  test('[V3] a cookie counts from our own pages alone: another Origin is a 403, and so is none', async () => {
    const { browser } = await aSignedIn()
    const cookie = cookieOf(browser)
    for (const origin of ['https://evil.example', 'null', `${portal().url}.evil.example`, undefined]) {
      const headers = { cookie, ...(origin && { origin }) }
      expect(await refusalOf({ headers }), origin ?? 'none').toMatch(/^403 .*foreign_origin/)
    }
    const { speak, hear } = await speaker({ headers: { cookie, origin: portal().url } })
    speak(...sentence())
    await hear('final')
  })

  test('[V2] a viewer, who is to see, may not speak', async () => {
    const { browser, id } = await aSignedIn()
    await portal().pool.query(`update members set role = 'viewer' where user_id = $1`, [id])
    portal().services.sessions.forget(id)
    const headers = { cookie: cookieOf(browser), origin: portal().url }
    expect(await refusalOf({ headers })).toMatch(/^403 .*permission_denied/)
  })

  test('[V4] a plain request is told to come as a WebSocket, and what else is asked for must be known', async () => {
    const headers = { authorization: `Bearer ${key}` }
    const plain = await fetch(`${portal().url}/api/voice/transcribe`, { headers })
    expect([plain.status, plain.headers.get('upgrade')]).toEqual([426, 'websocket'])
    expect(await refusalOf({ key, query: '?nonsense=1' })).toMatch(/^400 .*nonsense/)
    expect(await refusalOf({ key, query: '?language=English' })).toMatch(/^400 .*language/)
    expect(await refusalOf({ key, query: '?language=de' })).toBe('let in')
  })

  test('[V4] what asks for another protocol, or one elsewhere, is a plain request', async () => {
    const { port } = new URL(portal().url)
    const { request } = await import('node:http')
    const statusOf = (path: string, upgrade: string) =>
      new Promise((resolve, reject) => {
        const headers = { connection: 'Upgrade', upgrade }
        const req = request({ host: '127.0.0.1', port, path, headers }, (res) =>
          resolve(res.resume().statusCode),
        )
        req
          .once('upgrade', () => resolve('upgraded'))
          .once('error', reject)
          .end()
      })
    expect(await statusOf('/healthz', 'h2c')).toBe(200)
    expect(await statusOf('/healthz', 'websocket')).toBe(200)
    expect(await statusOf('/api/voice/transcribe', 'h2c')).toBe(401)
    expect(await statusOf('/api/voice/transcribe', 'websocket')).toBe(401)
  })

  test('[V6] one person has two connections, by whatever credential; a third has to wait for one to end', async () => {
    const [first, second] = await Promise.all([portal().aKey({ owner }), portal().aKey({ owner })])
    const one = await speaker({ key: first.secret })
    await speaker({ key: second.secret })
    expect(await refusalOf({ key: first.secret })).toMatch(/^429 .*rate_limit_exceeded/)
    await speaker({ key: (await portal().aKey()).secret })
    one.stop()
    await one.closed
    await eventually(() => speaker({ key: first.secret }))
  })

  test('[V6] a process has forty, and tells others to come later', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => portal().aKey()))
    for (const { secret } of people) await Promise.all([speaker({ key: secret }), speaker({ key: secret })])
    expect(await refusalOf({ key })).toMatch(/^503 .*Too many people/)
  })

  test('[V7] signing out ends the connection at once, and nothing more is heard', async () => {
    const { browser } = await aSignedIn()
    const { closed, hear, speak } = await speaker({
      headers: { cookie: cookieOf(browser), origin: portal().url },
    })
    transcription.enqueue('silence')
    speak(...sentence())
    await eventually(() => expect(transcription.requests).toHaveLength(1))
    await browser.post('/api/auth/sign-out')
    expect(await hear('end')).toMatchObject({ reason: 'signed_out' })
    expect(await closed).toBe(4401)
  })

  test('[V7] so does revoking the key; one that runs out ends it soon', async () => {
    const revoked = await speaker()
    await portal().services.keys.revokeKey(owner, keyId, { reason: 'Lost', leaked: false })
    expect(await revoked.closed).toBe(4401)
    const other = await portal().aKey()
    const outdated = await speaker({ key: other.secret })
    await portal().pool.query(`update api_keys set expires_at = now() where id = $1`, [other.id])
    await announce(other.id)
    expect(await outdated.closed).toBe(4401)
  })

  test('[V7] [AD11] signed in as somebody, the end of the administrator’s own session ends it as soon', {
    timeout: 10_000,
  }, async () => {
    const [admin, person] = [await aSignedIn(), await aSignedIn()]
    await portal().pool.query(`update users set role = 'admin' where id = $1`, [admin.id])
    const own = admin.browser.copy()
    const begun = await admin.browser.post(`/api/admin/users/${person.id}/impersonate`, { reason: 'Ticket' })
    expect(begun.status).toBe(200)
    const { closed } = await speaker({
      headers: { cookie: cookieOf(admin.browser), origin: portal().url },
    })
    await own.post('/api/auth/sign-out')
    expect(await closed).toBe(4401)
  })

  test('[V7] a database that is away says nothing about anybody', async () => {
    const { hear, speak } = await speaker()
    const { authenticate } = portal().services.gate
    portal().services.gate.authenticate = () => Promise.reject(new Error('the database is away'))
    portal().tick(16_000)
    portal().services.gate.authenticate = authenticate
    speak(...sentence())
    await hear('final')
  })
})

describe('speaking', () => {
  test('[V12] [V13] each utterance has its text when it has ended, in order, and in passing at its pauses', async () => {
    const { speak, hear, said, events, stop, closed } = await speaker()
    transcription.enqueue('hello', 'hello there', 'good bye')
    speak(silence(300), speech(900), silence(450))
    await hear('interim')
    speak(speech(1500), silence(1000), ...sentence())
    await hear('final', 2)
    stop()
    await hear('end')
    expect(await closed).toBe(1000)
    expect(said()).toEqual(['hello there', 'good bye'])
    expect(events.slice(0, 2)).toEqual([
      { type: 'ready', sampleRate: 16_000, secondsMax: 600 },
      { type: 'interim', utterance: 1, text: 'hello' },
    ])
    expect(events.at(-1)).toEqual({ type: 'end', reason: 'stopped' })
  })

  test('[V12] what was made text in a pause stands where nothing was said since: one breath is one call', async () => {
    const { speak, hear } = await speaker()
    speak(...sentence())
    expect(await hear('final')).toMatchObject({ utterance: 1, text: 'word 1' })
    expect(transcription.requests).toHaveLength(1)
  })

  test('[V14] stopping ends the utterance that is under way, and waits for its text', async () => {
    const { speak, stop, events, closed } = await speaker()
    speak(silence(300), speech(1500))
    stop()
    expect(await closed).toBe(1000)
    expect(events.slice(1)).toMatchObject([
      { type: 'final', text: 'word 1', utterance: 1 },
      { type: 'end', reason: 'stopped' },
    ])
  })

  test('[V15] what is no sound in samples, or no command, ends the connection and says why', async () => {
    for (const send of [Buffer.alloc(101), '{"type":"pause"}', '{', 'null']) {
      const { socket, closed, events } = await speaker()
      socket.send(send)
      expect(await closed).toBe(4400)
      expect(events.slice(1)).toEqual([
        { type: 'error', utterance: null, error: expect.stringContaining('Send'), code: 'invalid_request' },
        { type: 'end', reason: 'invalid' },
      ])
    }
  })

  test('[V15] a message over 64 KiB ends it with 1009', async () => {
    const { socket, closed } = await speaker()
    socket.send(Buffer.alloc(64 * 1024))
    socket.send(Buffer.alloc(64 * 1024 + 2))
    expect(await closed).toBe(1009)
  })

  test('[V16] while an engine is slow the client has to wait: little is taken in, and nothing is lost', async () => {
    const { socket, said, closed } = await speaker()
    transcription.enqueue('silence')
    const all = 600 * 32_000 * 0.9
    for (let sent = 0; sent < all; sent += 60_000) socket.send(loud)
    await eventually(() => expect(transcription.requests).toHaveLength(1))
    // What the system's own buffers hold is with neither side.
    const waiting = await atRest(() => socket.bufferedAmount)
    expect(waiting).toBeGreaterThan(all / 2)
    portal().tick(29_000)
    expect(socket.bufferedAmount).toBe(waiting)
    expect(said()).toEqual([])
    // Whoever leaves while nothing is read from them is noticed all the same.
    socket.terminate()
    await closed
    await eventually(() => expect(portal().held().openLeases).toBe(0), 4000)
  })

  test('[V17] it ends after ten minutes of the clock, with the text of what was said', async () => {
    const { speak, events, closed } = await speaker()
    speak(speech(1000))
    await eventually(async () => expect(await openCalls()).toBe(1))
    portal().tick(600_000)
    expect(await closed).toBe(4410)
    expect(events.slice(-2)).toMatchObject([
      { type: 'final', text: 'word 1' },
      { type: 'end', reason: 'time' },
    ])
  })

  test('[V17] and after ten minutes of sound, however fast it comes', async () => {
    const { socket, closed } = await speaker()
    const quiet = Buffer.alloc(64_000)
    for (let sent = 0; sent <= 600 * 32_000; sent += quiet.length) socket.send(quiet)
    expect(await closed).toBe(4410)
    expect(transcription.requests).toEqual([])
    expect(await rows()).toEqual([])
  })

  test('[V17] without a message for half a minute it is idle, and without a word for a minute silent', async () => {
    const idle = await speaker()
    portal().tick(31_000)
    expect(await idle.closed).toBe(4408)
    const { socket, closed, speak } = await speaker()
    speak(silence(1000))
    const clock = performance.now
    try {
      const pushed = clock.call(performance) + 61_000
      performance.now = () => pushed
      socket.send(silence(100))
      await eventually(() => expect(socket.bufferedAmount).toBe(0))
      await answered(socket)
    } finally {
      performance.now = clock
    }
    portal().tick(61_000)
    expect(await closed).toBe(4411)
  })

  test('[V18] an utterance whose engine fails says so, and the next one is heard', async () => {
    const { speak, hear, said } = await speaker()
    transcription.enqueue({ status: 500 })
    speak(silence(500), ...sentence())
    expect(await hear('error')).toMatchObject({ utterance: 1, code: 'upstream_error' })
    transcription.enqueue('heard')
    speak(...sentence())
    await hear('final')
    expect(said()).toEqual(['upstream_error', 'heard'])
  })

  test.each([
    [401, 'upstream_refused_us'],
    [429, 'upstream_rate_limited'],
    [404, 'upstream_error'],
    [302, 'upstream_error'],
  ])('[V18] the engine’s %i is %s, in our words', async (status, code) => {
    const { speak, hear } = await speaker()
    transcription.enqueue({ status, body: 'secret detail' })
    speak(...sentence())
    const error = await hear('error')
    expect(error.code).toBe(code)
    expect(error.error).not.toContain('secret')
  })

  test('[V18] three failures in a row end the connection', async () => {
    const { speak, said, closed } = await speaker()
    transcription.enqueue(...Array.from({ length: 6 }, () => ({ json: { nothing: 1 } })))
    speak(silence(500), ...sentence(), ...sentence(), ...sentence())
    expect(await closed).toBe(4500)
    expect(said()).toEqual(['upstream_error', 'upstream_error', 'upstream_error'])
  })
})

describe('the ledger', () => {
  test('[V20] every utterance is a row of its own: model, seconds, no price, committed before its text', async () => {
    const { speak, hear } = await speaker({ key, query: '?language=en' })
    const usage = { type: 'tokens', input_tokens: 14, output_tokens: 5, total_tokens: 19 }
    transcription.enqueue(
      { json: { text: ' one ', usage } },
      { json: { text: 'two', usage: { seconds: 2 } } },
    )
    speak(silence(500), ...sentence())
    const { requestId, seconds, text } = await hear('final')
    expect(text).toBe('one')
    expect(await rows()).toMatchObject([
      {
        ...{ id: requestId, purpose: 'voice', model: 'hears-all', target: 'voice/openai-compatible' },
        ...{ status: 'ok', attempts: 1, input_tokens: 14n, output_tokens: 5n, audio_ms: seconds * 1000 },
        ...{ user_id: owner.userId, organisation_id: owner.organisationId, estimated: false },
        ...{ input_microusd: null, cached_microusd: null, output_microusd: null },
      },
    ])
    expect(seconds).toBeGreaterThan(1.5)
    expect(seconds).toBeLessThan(2.5)
    speak(...sentence())
    await hear('final', 2)
    expect(await rows()).toMatchObject([{ id: requestId }, { input_tokens: 0n, output_tokens: 0n }])
    const [first] = transcription.requests
    expect(first).toMatchObject({ authorization: 'Bearer secret', model: 'hears-all', language: 'en' })
    expect(first?.fileName).toMatch(/\.wav$/)
  })

  test('[V20] no text is told before its row is committed', async () => {
    const { socket, speak, said, hear } = await speaker()
    const queued = () => portal().services.gateway.ledger.stats().queued
    const client = await portal().pool.connect()
    speak(silence(300), speech(900))
    await eventually(() => expect([portal().held().openLeases, queued()]).toEqual([1, 0]))
    try {
      await client.query('begin')
      await client.query('lock table ledger_requests in share mode')
      speak(silence(1000))
      await eventually(() => expect(queued()).toBeGreaterThan(0))
      await answered(socket)
      expect(said()).toEqual([])
    } finally {
      await client.query('rollback')
      client.release()
    }
    await hear('final')
  })

  test('[V21] an utterance is a request of the key’s minute; one too many is refused and no row', async () => {
    const limited = await portal().aKey({ rpmLimit: 1 })
    keyId = limited.id
    const { speak, hear, said } = await speaker({ key: limited.secret })
    speak(silence(500), ...sentence(), ...sentence())
    await hear('final')
    expect(await hear('error')).toMatchObject({ utterance: 2, code: 'rate_limit_exceeded' })
    expect(said().toSorted()).toEqual(['rate_limit_exceeded', 'word 1'])
    expect(await rows()).toHaveLength(1)
    expect(transcription.requests).toHaveLength(1)
  })

  test('[V21] the engine’s tokens count against the key’s, and whoever has none left is refused', async () => {
    const limited = await portal().aKey({ dailyLimit: 20 })
    const { speak, hear } = await speaker({ key: limited.secret })
    transcription.enqueue({ json: { text: 'long', usage: { input_tokens: 18, output_tokens: 2 } } })
    speak(silence(500), ...sentence())
    await hear('final')
    speak(...sentence())
    expect(await hear('error')).toMatchObject({ utterance: 2, code: 'token_limit_exceeded' })
  })

  test('[V22] a client that leaves ends the call to the engine within a second, and its row says so', async () => {
    const { socket, speak } = await speaker()
    const { aborted } = transcription
    transcription.enqueue('silence')
    speak(...sentence())
    await eventually(() => expect(transcription.requests).toHaveLength(1))
    socket.terminate()
    await eventually(() => expect(transcription.aborted).toBe(aborted + 1), 1000)
    await eventually(async () =>
      expect(await rows()).toMatchObject([{ status: 'client_cancelled', attempts: 1, input_tokens: 0n }]),
    )
  })

  test('[V22] so does one that leaves in the middle of a word; silence has no row', async () => {
    const { socket, speak } = await speaker()
    speak(silence(2000), speech(900))
    await eventually(async () => expect(await openCalls()).toBe(1))
    socket.terminate()
    await eventually(async () =>
      expect(await rows()).toMatchObject([{ status: 'client_cancelled', attempts: 0 }]),
    )
    expect(transcription.requests).toEqual([])
  })

  test('[V18] a failure is settled as one, and costs nothing', async () => {
    const { speak, hear } = await speaker()
    transcription.enqueue({ status: 500 })
    speak(...sentence())
    await hear('error')
    await eventually(async () =>
      expect(await rows()).toMatchObject([{ status: 'upstream_error', error_code: 'upstream_error' }]),
    )
  })
})

/** Resolves when the server has answered a ping: what it sent before is here then. */
const answered = (socket: Speaker['socket']) =>
  new Promise((resolve) => {
    socket.once('pong', resolve)
    socket.ping()
  })

/** A number once it has been the same for half a second. */
async function atRest(read: () => number): Promise<number> {
  let last = read()
  let since = performance.now()
  await eventually(() => {
    const now = read()
    if (now !== last) since = performance.now()
    last = now
    if (performance.now() - since < 500) throw new Error(`It is ${now} and changes.`)
  })
  return last
}

/** Utterances whose place is taken now. */
const openCalls = async () => portal().held().openLeases
