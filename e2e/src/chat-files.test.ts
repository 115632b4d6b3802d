// Files in chats, as somebody attaches them, looks at them and loses their connection.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { answer, ask, enqueueAnswers, field, openChat } from './chat-steps.ts'
import { views } from './sound-page.ts'
import { type Person, startWorld, type World } from './world.ts'

let world: World
let ada: Person
const folder = mkdtempSync(join(tmpdir(), 'portal-files-'))
beforeAll(async () => {
  world = await startWorld({ models: 'scripted' })
  ada = await world.aPerson()
})
afterAll(async () => {
  await world?.close()
  rmSync(folder, { recursive: true })
})

const journey = { timeout: 90_000 }
const fixture = (path: string) => fileURLToPath(new URL(`../../server/src/${path}`, import.meta.url))
const video = fixture('pictures/fixtures/clip.webm')
const scan = fixture('documents/fixtures/scanned.pdf')

/** A file of the person at the browser. */
function aFile(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** A picture that somebody drew. */
async function aPicture(page: Page, name: string): Promise<string> {
  const bytes = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(800, 500)
    const context = canvas.getContext('2d')
    context?.fillRect(100, 100, 300, 300)
    const blob = await canvas.convertToBlob({ type: 'image/png' })
    return Array.from(new Uint8Array(await blob.arrayBuffer()))
  })
  return aFile(name, Buffer.from(bytes))
}

const files = (page: Page) => page.getByRole('list', { name: 'Files of the message' }).getByRole('listitem')
const attach = (page: Page, ...paths: string[]) => page.locator('input[type=file]').setInputFiles(paths)
/** Waits until everything attached was stored and read. */
const read = (page: Page) =>
  expect
    .poll(
      () =>
        files(page)
          .getByText(/%|Being read/)
          .count(),
      { timeout: 40_000 },
    )
    .toBe(0)

/** A slow way to the portal, as bytes a second; -1 is as fast as it goes. */
const slowUploads = (cdp: CDPSession, uploadThroughput: number) =>
  cdp.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput },
  })

/** Drags something into the window: `move` says that it is still there, `drop` drops it. */
async function drag(cdp: CDPSession, dragged: { files?: string[]; text?: string; x?: number; y?: number }) {
  const { x = 300, y = 300 } = dragged
  const items = dragged.text ? [{ mimeType: 'text/plain', data: dragged.text }] : []
  const data = { items, files: dragged.files ?? [], dragOperationsMask: 1 }
  const send = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    cdp.send('Input.dispatchDragEvent', { type, x, y, data })
  await send('dragEnter')
  await send('dragOver')
  return { move: () => send('dragOver'), drop: () => send('drop') }
}

const veil = (page: Page) => page.getByText('Drop the files into the message')

/** Drags files until the page says that it takes them: Chromium drops nothing on one that does not. */
async function dragFiles(page: Page, cdp: CDPSession, files: string[]) {
  const dragged = await drag(cdp, { files })
  await expect
    .poll(async () => {
      await dragged.move()
      return veil(page).count()
    })
    .toBe(1)
  return dragged
}

test(
  '[W-85] [W-86] [W-87] six files dropped: the rule for the large one is told, one is cancelled, and Enter waits and sends once',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    await openChat(world, page, 'Six files')
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Network.enable')
    // Slow enough that the first is under way when a busy machine gets to look.
    await slowUploads(cdp, 25_000)
    const asked: string[] = []
    page.on('request', (request) => {
      if (/generations$/.test(new URL(request.url()).pathname)) asked.push(request.postData() ?? '')
    })
    const names = ['one.txt', 'two.txt', 'three.txt', 'four.txt', 'five.txt']
    const paths = names.map((name) => aFile(name, `${name} ${'words '.repeat(30_000)}`))
    const huge = aFile('huge.txt', Buffer.alloc(51 * 1024 * 1024, 'a'))
    const { drop } = await dragFiles(page, cdp, [...paths, huge])
    await drop()
    await page
      .getByRole('alert')
      .filter({ hasText: '“huge.txt” is larger than the 50 MB that a file may have.' })
      .waitFor()
    await files(page).nth(4).waitFor()
    expect(await files(page).count()).toBe(5)
    await page.getByRole('progressbar', { name: 'Upload of one.txt' }).waitFor()
    await files(page)
      .getByText(/^[1-9]\d? % of/)
      .first()
      .waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Cancel two.txt' }).click()
    enqueueAnswers(world, 'I read four.')
    await ask(page, 'What do they say?')
    await page
      .getByRole('status')
      .filter({ hasText: 'The message goes once its files are uploaded.' })
      .waitFor()
    await field(page).press('Enter')
    expect(asked).toEqual([])
    await slowUploads(cdp, -1)
    await answer(page).getByText('I read four.').waitFor({ timeout: 40_000 })
    expect(asked.length).toBe(1)
    expect(JSON.parse(asked[0] ?? '').attachments.length).toBe(4)
    expect(await field(page).inputValue()).toBe('')
    expect(await files(page).count()).toBe(0)
    expect(await page.getByRole('alert').count()).toBe(0)
    const sent = page.getByRole('list', { name: 'Files' }).getByRole('link')
    expect(await sent.count()).toBe(4)
    const download = page.waitForEvent('download')
    await sent.first().click()
    expect((await download).suggestedFilename()).toBe('one.txt')
  },
)

test('[W-85] what is dragged and is no file is left alone', journey, async () => {
  const page = await world.visitAs(ada)
  await page.goto('/chat')
  await field(page).waitFor()
  const cdp = await page.context().newCDPSession(page)
  const { x = 0, y = 0 } = (await field(page).boundingBox()) ?? {}
  const { drop } = await drag(cdp, { text: 'some words', x: x + 20, y: y + 10 })
  await drop()
  await expect.poll(() => field(page).inputValue()).toBe('some words')
  expect(await veil(page).count()).toBe(0)
  await dragFiles(page, cdp, [video])
  // The protocol cannot leave the window again.
  await page.evaluate(() => document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true })))
  await veil(page).waitFor({ state: 'detached' })
  expect(await files(page).count()).toBe(0)
})

test(
  '[W-85] a pasted picture is attached, a long text becomes a file unless it is to be text, and cells stay text',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    await openChat(world, page, 'Pasted')
    const copy = (items: Record<string, string>) =>
      page.evaluate(async (given) => {
        const canvas = new OffscreenCanvas(20, 20)
        canvas.getContext('2d')
        const entries = Object.entries(given).map(async ([type, text]) => [
          type,
          type === 'image/png' ? await canvas.convertToBlob({ type }) : new Blob([text], { type }),
        ])
        const content = Object.fromEntries(await Promise.all(entries))
        await navigator.clipboard.write([new ClipboardItem(content)])
      }, items)
    await field(page).focus()
    await copy({ 'image/png': '' })
    await page.keyboard.press('Control+V')
    await page.getByRole('button', { name: 'Remove image.png' }).waitFor()
    await copy({ 'image/png': '', 'text/plain': 'a\tb', 'text/html': '<table><td>a<td>b</table>' })
    await page.keyboard.press('Control+V')
    await expect.poll(() => field(page).inputValue()).toBe('a\tb')
    const long = 'A line of many. '.repeat(700)
    await copy({ 'text/plain': long })
    await page.keyboard.press('Control+V')
    await page.getByRole('button', { name: 'Remove Pasted text.txt' }).waitFor()
    expect(await field(page).inputValue()).toBe('a\tb')
    expect(await files(page).count()).toBe(2)
    await page.keyboard.press('Control+Shift+V')
    await expect.poll(() => field(page).inputValue()).toBe(`a\tb${long}`)
    expect(await files(page).count()).toBe(2)
  },
)

test(
  '[W-86] [W-87] an upload that broke is tried again, files outlive a reload, and one that is gone is named',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    const id = await openChat(world, page, 'Broken off')
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Network.enable')
    await slowUploads(cdp, 100_000)
    await attach(page, aFile('notes.txt', 'words '.repeat(200_000)))
    await files(page)
      .getByText(/^[1-9]\d? % of/)
      .waitFor()
    const broken = files(page).getByRole('alert').filter({ hasText: 'The portal cannot be reached.' })
    const cut = async () => {
      // The browser itself tries once more on a connection that it had open before.
      world.portal.server.closeAllConnections()
      return broken.count()
    }
    await expect.poll(cut, { timeout: 15_000, interval: 700 }).toBe(1)
    await ask(page, 'A question with notes')
    await page
      .getByText('“notes.txt” cannot be sent as it is. Try it again or remove it, then send.')
      .waitFor()
    await slowUploads(cdp, -1)
    await page.getByRole('button', { name: 'Upload notes.txt again' }).click()
    await read(page)
    await page.reload()
    await page.getByRole('button', { name: 'Remove notes.txt' }).waitFor()
    expect(await field(page).inputValue()).toBe('A question with notes')
    const { origin } = new URL(world.portal.url)
    const { data } = await (await page.request.get('/api/files?search=notes.txt')).json()
    await page.request.delete(`/api/files/${data[0].id}`, { headers: { origin } })
    await field(page).press('Enter')
    await files(page).getByText('It is no longer stored. Attach it again, or remove it.').waitFor()
    await page
      .getByText('“notes.txt” cannot be sent as it is. Try it again or remove it, then send.')
      .waitFor()
    expect(await field(page).inputValue()).toBe('A question with notes')
    expect(page.url()).toContain(id)
    await page.getByRole('button', { name: 'Remove notes.txt' }).click()
    enqueueAnswers(world, 'Without notes.')
    await field(page).press('Enter')
    await answer(page).getByText('Without notes.').waitFor()
  },
)

test(
  '[W-88] pictures open large, a video plays from any place, and a scan says what it is',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    await openChat(world, page, 'To be seen')
    const ranges: number[] = []
    page.on('response', (response) => {
      if (response.request().headers().range) ranges.push(response.status())
    })
    await attach(page, await aPicture(page, 'drawing.png'), video, scan)
    enqueueAnswers(world, 'I see.')
    await ask(page, 'What is this?')
    await answer(page).getByText('I see.').waitFor({ timeout: 40_000 })
    await page.getByText(/1 page · Its pages are pictures without text/).waitFor()
    const picture = page.getByRole('button', { name: 'Show drawing.png' })
    await picture.click()
    const large = page.getByRole('dialog').getByRole('img', { name: 'drawing.png' })
    await expect.poll(() => large.evaluate((at) => (at as HTMLImageElement).naturalWidth)).toBe(800)
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await large.waitFor({ state: 'detached' })
    await expect.poll(() => picture.evaluate((at) => at === document.activeElement)).toBe(true)
    const player = page.locator('video')
    const seconds = await player.evaluate(async (at) => {
      const element = at as HTMLVideoElement
      element.muted = true
      await element.play()
      element.currentTime = element.duration / 2
      await new Promise((resolve) => element.addEventListener('timeupdate', resolve, { once: true }))
      return element.currentTime
    })
    expect(seconds).toBeGreaterThan(0.2)
    expect(ranges.length).toBeGreaterThan(0)
    expect(new Set(ranges)).toEqual(new Set([206]))
  },
)

test('[W-88] an edited question and another answer keep the files', journey, async () => {
  const page = await world.visitAs(ada)
  await openChat(world, page, 'Kept files')
  await attach(page, aFile('secret.txt', 'The word is xylophone.'))
  enqueueAnswers(world, 'First.')
  await ask(page, 'What is the word?')
  await answer(page).getByText('First.').waitFor({ timeout: 40_000 })
  const saw = () => JSON.stringify(world.portal.upstream.requests.at(-1)?.body)
  expect(saw()).toContain('xylophone')
  enqueueAnswers(world, 'Second.')
  await page.getByRole('button', { name: 'Answer again' }).click()
  await answer(page).getByText('Second.').waitFor()
  expect(saw()).toContain('xylophone')
  await page.getByRole('button', { name: 'Edit the question' }).click()
  enqueueAnswers(world, 'Third.')
  await page.getByRole('textbox', { name: 'The question' }).fill('Say the word')
  await page.getByRole('textbox', { name: 'The question' }).press('Enter')
  await answer(page).getByText('Third.').waitFor()
  expect(saw()).toContain('xylophone')
  await page.getByRole('link', { name: /secret\.txt/ }).waitFor()
})

describe.each(views)('in the $theme theme, $width pixels wide', (view) => {
  test('[W-08] [W-88] files have no barrier, attached and sent, by the keyboard too', journey, async () => {
    const page = await world.visitAs(await world.aPerson(), { ...view, height: 844 })
    await openChat(world, page, 'Seen')
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Attach files' }).focus()
    await page.keyboard.press('Enter')
    await (await chooser).setFiles([await aPicture(page, 'a picture.png'), scan, video])
    await read(page)
    await expectAccessible(page)
    enqueueAnswers(world, 'Seen.')
    await ask(page, 'See?')
    await answer(page).getByText('Seen.').waitFor({ timeout: 40_000 })
    await expectAccessible(page)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    await page.getByRole('button', { name: 'Show a picture.png' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('link', { name: 'Download' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })
})
