// Speaking instead of typing: a browser whose microphone plays a sentence, and the engine that Debian packages.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page, WebSocketRoute } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { startBrowser } from './browser.ts'
import { views } from './sound-page.ts'
import { type Person, startWorld, type View, type World } from './world.ts'

const sentence = 'please open the door and go to the window'
const folder = mkdtempSync('/tmp/portal-microphone-')
const sound = join(folder, 'microphone.wav')

/** The sentence as Debian's flite says it, with a breath before and a rest behind. */
function record(): void {
  execFileSync('flite', ['-voice', 'slt', '-t', sentence, '-o', sound])
  const wav = readFileSync(sound)
  const pcm = Buffer.concat([Buffer.alloc(32_000), wav.subarray(44), Buffer.alloc(64_000)])
  const header = Buffer.from(wav.subarray(0, 44))
  header.writeUInt32LE(36 + pcm.length, 4)
  header.writeUInt32LE(pcm.length, 40)
  writeFileSync(sound, Buffer.concat([header, pcm]))
}

let world: World
let ada: Person
beforeAll(async () => {
  record()
  world = await startWorld({
    env: { LOCAL_SPEECH: 'on' },
    browser: {
      switches: [
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-audio-capture=${sound}%noloop`,
      ],
    },
  })
  ada = await world.aPerson()
})
afterAll(async () => {
  await world?.close()
  rmSync(folder, { recursive: true, force: true })
})

const journey = { timeout: 90_000 }
const field = (page: Page) => page.getByRole('textbox', { name: 'Message' })
const speak = (page: Page) => page.getByRole('button', { name: 'Speak' })
const panel = (page: Page) => page.getByRole('group', { name: 'Voice input' })

/** The page where one asks, which remembers every track that it is given. */
async function open(view: View = {}): Promise<Page> {
  const page = await world.visitAs(ada, view)
  await page.context().grantPermissions(['microphone'])
  await arrive(page)
  return page
}

async function arrive(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const tracks: MediaStreamTrack[] = []
    Object.assign(window, { tracks })
    const { mediaDevices } = navigator
    const take = mediaDevices.getUserMedia.bind(mediaDevices)
    mediaDevices.getUserMedia = async (wanted) => {
      const stream = await take(wanted)
      tracks.push(...stream.getTracks())
      return stream
    }
  })
  await page.goto('/chat')
  await speak(page).waitFor()
}

/** What became of every microphone that the page was given. */
const tracks = (page: Page) =>
  page.evaluate(() => (window as unknown as { tracks: MediaStreamTrack[] }).tracks.map((at) => at.readyState))

/** Plays the server of a page's connections. */
const serve = (page: Page, onConnect: (socket: WebSocketRoute) => void) =>
  page.routeWebSocket('**/api/voice/transcribe', (socket) => {
    onConnect(socket)
  })
const say = (socket: WebSocketRoute, ...events: object[]) => {
  for (const event of events) socket.send(JSON.stringify(event))
}
const ready = { type: 'ready', sampleRate: 16_000, secondsMax: 600 }

test('[V40] [V41] what is said into the microphone stands in the field, at the caret', journey, async () => {
  const page = await open()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await field(page).fill('Now, then.')
  for (let at = 0; at < ' then.'.length; at++) await field(page).press('ArrowLeft')
  expect(await speak(page).getAttribute('aria-pressed')).toBe('false')
  await speak(page).click()
  await page.getByText('For trying out, English only').waitFor()
  expect(await speak(page).getAttribute('aria-pressed')).toBe('true')
  await expect.poll(() => field(page).inputValue(), { timeout: 30_000 }).toBe(`Now, ${sentence} then.`)
  expect(await tracks(page)).toEqual(['live'])
  await page.keyboard.press('Escape')
  await panel(page).waitFor({ state: 'detached' })
  expect(await tracks(page)).toEqual(['ended'])
  expect(await speak(page).getAttribute('aria-pressed')).toBe('false')
  await page.reload()
  expect(await field(page).inputValue()).toBe(`Now, ${sentence} then.`)
  await field(page).fill('')
  expect(complaints).toEqual([])
  const rows = await world.portal.ledgerRows(`purpose = 'voice'`)
  expect(rows.length).toBeGreaterThan(0)
})

test('[V41] text in passing is shown beside the field, and the button stops', journey, async () => {
  const page = await open()
  const sent: (string | Buffer)[] = []
  await serve(page, (socket) => {
    socket.onMessage((message) => {
      sent.push(message)
      if (message !== '{"type":"stop"}') return
      say(socket, { type: 'final', utterance: 1, text: 'Hello there.', seconds: 1, requestId: 'req_1' })
      say(socket, { type: 'end', reason: 'stopped' })
    })
    say(socket, ready, { type: 'interim', utterance: 1, text: 'hello the' })
  })
  await speak(page).click()
  await panel(page).getByText('hello the').waitFor()
  expect(await field(page).inputValue()).toBe('')
  await expect.poll(() => sent.length).toBeGreaterThan(5)
  for (const message of sent) expect((message as Buffer).length).toBe(3200)
  await panel(page).getByRole('button', { name: 'Stop' }).click()
  await panel(page).waitFor({ state: 'detached' })
  expect(await field(page).inputValue()).toBe('Hello there.')
  expect(await tracks(page)).toEqual(['ended'])
  await expect.poll(() => speak(page).evaluate((at) => at === document.activeElement)).toBe(true)
})

describe('[V43] each way to fail says what to do, and lets go of the microphone', () => {
  const fails = async (page: Page, sentenceOf: RegExp, isTaken = true) => {
    await page.getByRole('alert').getByText(sentenceOf).waitFor()
    expect(await tracks(page)).toEqual(isTaken ? ['ended'] : [])
    await expectAccessible(page)
    await panel(page).getByRole('button', { name: 'Close' }).click()
    await panel(page).waitFor({ state: 'detached' })
    await speak(page).waitFor()
  }

  const elsewhere = [
    {
      ...{ what: 'not allowed', switches: ['--use-fake-device-for-media-stream'], permissions: [] },
      said: /does not let this page use the microphone/,
    },
    { what: 'not there', switches: [], permissions: ['microphone'], said: /No microphone was found/ },
  ]
  test.each(elsewhere)('a microphone that is $what', journey, async ({ switches, permissions, said }) => {
    const browser = await startBrowser({ switches, isWhole: true })
    const baseURL = world.portal.url
    const context = await browser.newContext({ baseURL, permissions })
    const { email, password } = ada
    const headers = { origin: baseURL }
    await context.request.post('/api/auth/sign-in/email', { data: { email, password }, headers })
    const page = await context.newPage()
    await arrive(page)
    await speak(page).click()
    await fails(page, said, false)
    await browser.close()
  })

  test('a server that cannot be reached, and one that is lost', journey, async () => {
    const page = await open()
    let connections = 0
    await serve(page, (socket) => {
      connections += 1
      if (connections === 2) say(socket, ready)
      if (connections === 2)
        say(socket, { type: 'final', utterance: 1, text: 'Kept.', seconds: 1, requestId: 'r' })
      void socket.close({ code: 1011 })
    })
    await speak(page).click()
    await fails(page, /could not be connected/)
    await page.reload()
    await speak(page).click()
    await fails(page, /connection was lost/)
    expect(await field(page).inputValue()).toBe('Kept.')
    await field(page).fill('')
  })

  test('what the server ends: the time, silence, a failing engine', journey, async () => {
    for (const [reason, said] of [
      ['time', /Ten minutes are over/],
      ['silence', /Nothing was heard for a minute/],
      ['signed_out', /You are signed out/],
      ['failed', /cannot be made text just now/],
    ] as const) {
      const page = await open()
      await serve(page, (socket) => say(socket, ready, { type: 'end', reason }))
      await speak(page).click()
      await fails(page, said)
      await page.close()
    }
  })

  test('an utterance without a text: it goes on', journey, async () => {
    const page = await open()
    const error = { type: 'error', utterance: 1, error: 'The model’s server failed.', code: 'upstream_error' }
    await serve(page, (socket) => say(socket, ready, error))
    await speak(page).click()
    await page.getByRole('alert').getByText('The model’s server failed.').waitFor()
    expect(await tracks(page)).toEqual(['live'])
    await page.getByRole('link', { name: 'API keys' }).click()
    await page.getByRole('heading', { level: 1, name: 'API keys' }).waitFor()
    expect(await tracks(page)).toEqual(['ended'])
  })
})

test('[V44] where nothing turns speech into text there is no button', journey, async () => {
  const page = await world.visitAs(ada)
  const none = { available: false, engine: null, model: null, note: null, languages: null }
  await page.route('**/api/voice', (route) => route.fulfill({ json: { ...none, reason: 'No engine.' } }))
  await page.goto('/chat')
  await field(page).waitFor()
  await page.waitForLoadState('networkidle')
  expect(await speak(page).count()).toBe(0)
})

test.each(views)('[V45] it has no barrier in the $theme theme, $width pixels wide', journey, async (view) => {
  const page = await open(view)
  await serve(page, (socket) => say(socket, ready, { type: 'interim', utterance: 1, text: 'hello the' }))
  await speak(page).press('Enter')
  await panel(page).getByText('hello the').waitFor()
  await expectAccessible(page)
  const [heard, written] = await Promise.all([panel(page).boundingBox(), field(page).boundingBox()])
  expect((heard?.y ?? 0) + (heard?.height ?? 0)).toBeLessThanOrEqual(written?.y ?? 0)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
})
