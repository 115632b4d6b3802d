// The engines themselves: one over HTTP against a real server, and the one that Debian packages.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startTranscription } from '@portal/sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { type Portal, startPortal } from '../test/index.ts'
import { createOpenAiRecogniser } from './openai-recogniser.ts'
import { findPocketsphinx } from './pocketsphinx-recogniser.ts'
import { connect, silence, speech, spoken } from './test-voice.ts'

const { signal } = new AbortController()
const settings = { apiKey: null, model: 'hears-all' }

/** What an engine at the URL fails with. */
const failureOf = async (baseUrl: string, timeoutMs?: number) => {
  const recogniser = createOpenAiRecogniser({ ...settings, baseUrl }, timeoutMs)
  const failure = await recogniser.recognise(speech(500), { language: null, signal }).then(
    () => null,
    (error) => error.code,
  )
  await recogniser.close()
  return failure
}

describe('[V30] an engine over HTTP', () => {
  test('gets a WAV file in a form, its language only if one is told, and a key only if there is one', async () => {
    const transcription = await startTranscription()
    const recogniser = createOpenAiRecogniser({ ...settings, baseUrl: `${transcription.url}/` })
    const heard = await recogniser.recognise(speech(750), { language: null, signal })
    expect(heard).toEqual({ text: 'word 1', inputTokens: 0, outputTokens: 0 })
    expect(transcription.requests).toEqual([
      { authorization: undefined, model: 'hears-all', language: null, fileName: 'speech.wav', seconds: 0.75 },
    ])
    expect(transcription.faults).toEqual([])
    await recogniser.close()
    await transcription.close()
  })

  test('that does not answer in time, or is not there, fails as that', async () => {
    const transcription = await startTranscription()
    transcription.enqueue('silence')
    expect(await failureOf(transcription.url, 300)).toBe('upstream_timeout')
    await transcription.close()
    expect(await failureOf(transcription.url)).toBe('upstream_unreachable')
  })

  test('never leads elsewhere, and no answer without an end is read', async () => {
    const server = createServer((req, res) => {
      req.resume()
      if (req.url?.startsWith('/v1')) {
        res.writeHead(302, { location: '/other/audio/transcriptions' }).end()
        return
      }
      res.writeHead(200)
      const more = () => {
        while (res.write(Buffer.alloc(64 * 1024, 32)));
        res.once('drain', more)
      }
      more()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    expect(await failureOf(`http://127.0.0.1:${port}/v1`)).toBe('upstream_error')
    expect(await failureOf(`http://127.0.0.1:${port}/other`)).toBe('upstream_error')
    server.closeAllConnections()
    server.close()
  })
})

describe('pocketsphinx', () => {
  let cluster: TestCluster
  let portal: Portal
  beforeAll(async () => {
    cluster = await startTestCluster()
    portal = await startPortal({ cluster, env: { LOCAL_SPEECH: 'on' } })
  })
  afterAll(async () => {
    await portal?.close()
    await cluster?.stop()
  })

  test('[V31] hears a sentence that Debian’s own speaker says, and says what it is', async () => {
    const { secret } = await portal.aKey()
    const headers = { authorization: `Bearer ${secret}` }
    const status = await fetch(`${portal.url}/api/voice`, { headers })
    expect(await status.json()).toEqual({
      ...{ available: true, engine: 'pocketsphinx', model: 'pocketsphinx-en-us', reason: null },
      ...{ note: expect.stringContaining('English only'), languages: ['en'] },
    })
    await expect(connect(portal, { key: secret, query: '?language=de' })).rejects.toThrow(
      /^400 .*understands en/,
    )
    const { speak, stop, closed, said } = await connect(portal, { key: secret })
    speak(silence(500), spoken('please open the door and go to the window'), silence(300))
    stop()
    expect(await closed).toBe(1000)
    expect(said().join(' ')).toBe('please open the door and go to the window')
    expect(await portal.ledgerRows(`purpose = 'voice'`)).toMatchObject([
      { status: 'ok', model: 'pocketsphinx-en-us' },
    ])
  })

  test('[V31] who gives up waiting for it gets an error, not a text', async () => {
    const controller = new AbortController()
    const hearing = findPocketsphinx()?.recognise(speech(3000), { language: null, signal: controller.signal })
    controller.abort()
    await expect(hearing).rejects.toThrow()
  })
})

test('[V5] without an engine the upgrade is a 503 whose sentence says what to do, as the status does', async () => {
  const cluster = await startTestCluster()
  const portal = await startPortal({ cluster })
  const { secret } = await portal.aKey()
  const status = await fetch(`${portal.url}/api/voice`, { headers: { authorization: `Bearer ${secret}` } })
  const reason = expect.stringContaining('TRANSCRIPTION_BASE_URL')
  const none = { engine: null, model: null, note: null, languages: null }
  expect(await status.json()).toEqual({ available: false, ...none, reason })
  await expect(connect(portal, { key: secret })).rejects.toThrow(/^503 .*TRANSCRIPTION_BASE_URL/)
  await portal.close()
  await cluster.stop()
})

test('[V19] a server that stops lets what was said become text, takes no more, and is gone soon', async () => {
  const cluster = await startTestCluster()
  const transcription = await startTranscription()
  const portal = await startPortal({ cluster, env: { TRANSCRIPTION_BASE_URL: transcription.url } })
  const { secret } = await portal.aKey()
  const { speak, closed, events, hear } = await connect(portal, { key: secret })
  speak(silence(300), speech(900), silence(450))
  await hear('interim')
  const stopped = portal.services.close({ graceMs: 20_000 })
  await expect(connect(portal, { key: secret })).rejects.toThrow(/^503 .*draining/)
  expect(await closed).toBe(1012)
  await stopped
  expect(events.slice(-2)).toMatchObject([
    { type: 'final', text: 'word 1' },
    { type: 'end', reason: 'draining' },
  ])
  expect(await portal.ledgerRows(`purpose = 'voice'`)).toMatchObject([{ status: 'ok' }])
  await portal.close()
  await transcription.close()
  await cluster.stop()
})
