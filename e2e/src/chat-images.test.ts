// Pictures that answers name from elsewhere: there for whoever asks, and for nobody else.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { answer, ask, enqueueAnswers, openChat } from './chat-steps.ts'
import { views } from './sound-page.ts'
import { type Person, startWorld, type World } from './world.ts'

/** This machine, as a server elsewhere. */
const elsewhere = '127.0.0.9'
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let world: World
let ada: Person
let server: Server
let asked: string[] = []
beforeAll(async () => {
  world = await startWorld({ models: 'scripted', env: { PICTURE_NETWORKS: elsewhere } })
  ada = await world.aPerson()
  server = createServer(({ url = '' }, res) => {
    asked.push(url)
    if (url === '/chart.png') res.writeHead(200, { 'content-type': 'image/png' }).end(picture)
    else res.writeHead(404).end()
  }).listen(0, elsewhere)
  await once(server, 'listening')
})
afterAll(async () => {
  server?.close()
  await world?.close()
})

const journey = { timeout: 90_000 }
const hostOf = (of: Server) => `${elsewhere}:${(of.address() as AddressInfo).port}`
const urlOf = (path: string) => `http://${hostOf(server)}${path}`

/** A chat whose answer names two pictures and links one; resolves to its id and what the page asks for elsewhere. */
async function openPictures(page: Page, title: string) {
  asked = []
  const foreign: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/api/chat/remote-image') || request.url().includes(elsewhere))
      foreign.push(request.url())
  })
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  const id = await openChat(world, page, title)
  const badge = `[![badge](${urlOf('/badge.png')})](https://example.com/)`
  enqueueAnswers(
    world,
    `Look:\n\n![A chart](${urlOf('/chart.png')})\n\nand ![gone](${urlOf('/gone.png')}) and ${badge}.`,
  )
  await ask(page, 'Show me')
  await page.getByRole('button', { name: 'Answer again' }).waitFor()
  return { id, foreign, complaints }
}

const loads = (page: Page) => answer(page).getByRole('button', { name: /load the picture from/i })

test(
  '[W-105] nothing is asked for before the click, and the picture is there after it',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    const { id, foreign, complaints } = await openPictures(page, 'Pictures')
    await expect.poll(() => loads(page).count()).toBe(2)
    await page.reload()
    await answer(page)
      .getByText(`Picture from ${hostOf(server)}`)
      .first()
      .waitFor()
    const link = answer(page).getByRole('link', { name: 'Image: A chart' })
    expect(await link.getAttribute('href')).toBe(urlOf('/chart.png'))
    expect([foreign, asked]).toEqual([[], []])
    await loads(page).first().focus()
    await page.keyboard.press('Enter')
    const shown = answer(page).getByRole('img', { name: 'A chart' })
    await shown.waitFor()
    expect(await shown.evaluate((at: HTMLImageElement) => [at.naturalWidth, at.src.slice(0, 5)])).toEqual([
      1,
      'blob:',
    ])
    expect([foreign.length, asked]).toEqual([1, ['/chart.png']])
    expect(complaints).toEqual([])
    await loads(page).click()
    await answer(page).getByRole('alert').getByText('status 404').waitFor()
    expect(await answer(page).getByRole('link', { name: 'Image: gone' }).count()).toBe(1)
    expect(await loads(page).innerText()).toBe('Try again')
    await page.goto(`/chat/${id}/print`)
    await page.getByRole('link', { name: 'Image: A chart' }).waitFor()
    expect(await page.getByRole('button', { name: 'Load' }).count()).toBe(0)
  },
)

test('[W-105] on a shared page it stays a link', journey, async () => {
  const page = await world.visitAs(ada)
  const { id, foreign } = await openPictures(page, 'Shared pictures')
  const headers = { origin: new URL(world.portal.url).origin }
  const made = await page.request.post(`/api/chat/sessions/${id}/shares`, { headers })
  await page.goto(new URL((await made.json()).url).pathname)
  await page.getByRole('link', { name: 'Image: A chart' }).waitFor()
  expect(await page.getByRole('button', { name: 'Load' }).count()).toBe(0)
  expect([foreign, asked]).toEqual([[], []])
})

test('[W-105] it has no barrier in any view, waiting, loaded and failed', journey, async () => {
  const first = await world.visitAs(ada)
  const { id } = await openPictures(first, 'Views')
  for (const view of views) {
    const page = await world.visitAs(ada, view)
    await page.goto(`/chat/${id}`)
    await loads(page).first().waitFor()
    await expectAccessible(page)
    await loads(page).last().click()
    await answer(page).getByRole('alert').waitFor()
    await loads(page).first().click()
    await answer(page).getByRole('img', { name: 'A chart' }).waitFor()
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  }
})
