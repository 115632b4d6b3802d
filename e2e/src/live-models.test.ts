// Providers and models, as an administrator adds, tests and switches them, and as somebody in a chat sees it.
import { startUpstream } from '@portal/server/test'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { answer, ask, field, openChat } from './chat-steps.ts'
import { expectSoundInViews } from './sound-page.ts'
import { type Person, startWorld, type World } from './world.ts'

type Upstream = Awaited<ReturnType<typeof startUpstream>>
const apiKey = 'sk-key-of-the-upstream'

let world: World
let upstream: Upstream
let ada: Person
beforeAll(async () => {
  world = await startWorld()
  upstream = await startUpstream({ apiKey, models: ['small', 'large'], unknownFields: 'accept' })
  ada = await world.aPerson()
  await world.portal.pool.query(`update users set role = 'admin' where id = $1`, [ada.userId])
})
afterAll(async () => {
  await upstream?.close()
  await world?.close()
})

const journey = { timeout: 90_000 }
const dialog = (page: Page) => page.getByRole('dialog')
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })
const button = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true })

async function choose(page: Page, thing: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${thing}`, exact: true }).click()
  await page.getByRole('menuitem', { name: action, exact: true }).click()
}

/** The administrator's page, with nothing added yet but what is given. */
async function openModels(view?: Parameters<World['visitAs']>[1]): Promise<Page> {
  const page = await world.visitAs(ada, view)
  await page.goto('/admin/models')
  await page.getByRole('heading', { level: 1, name: 'Administration' }).waitFor()
  return page
}

/** The same with a provider and a model, whatever became of them before. */
async function openGivenModels(view?: Parameters<World['visitAs']>[1]): Promise<Page> {
  const page = await openModels(view)
  const { request } = page
  const headers = { origin: new URL(world.portal.url).origin }
  for (const path of ['/api/admin/models', '/api/admin/providers']) {
    const { data } = await (await request.get(path)).json()
    for (const { id, name, version } of data)
      await request.delete(`${path}/${id ?? name}?version=${version}`, { headers })
  }
  const provider = { name: 'gpu-a', kind: 'openai', baseUrl: upstream.url, apiKey }
  await request.post('/api/admin/providers', { data: provider, headers })
  const price = { inputMicrousdPerMillion: 300_000, outputMicrousdPerMillion: 1_200_000 }
  const model = { id: 'our-model', targets: [{ provider: 'gpu-a', model: 'small' }], price }
  await request.post('/api/admin/models', { data: model, headers })
  await page.reload()
  await page.getByText('our-model').first().waitFor()
  return page
}

async function fillProvider(page: Page, name: string, key = apiKey): Promise<void> {
  await page.getByRole('button', { name: 'Add provider' }).click()
  await dialog(page).getByLabel('Name').fill(name)
  await dialog(page).getByLabel('Base URL').fill(upstream.url)
  await dialog(page).getByLabel('API key', { exact: true }).fill(key)
  await button(page, 'Add provider').click()
}

async function fillModel(page: Page, id: string): Promise<void> {
  await page.getByRole('button', { name: 'Add model' }).click()
  await dialog(page).getByRole('textbox', { name: 'Id', exact: true }).fill(id)
  await dialog(page).getByLabel('Model there').fill('small')
  await dialog(page).getByLabel('Input, per million').fill('0.3')
  await dialog(page).getByLabel('Output, per million').fill('1.2')
}

test('[W-170] whoever is no administrator is told that it is not for them', journey, async () => {
  const page = await world.visitAs(await world.aPerson())
  await page.goto('/admin/models')
  await page.getByRole('heading', { name: 'For administrators' }).waitFor()
  expect(await page.getByRole('button', { name: 'Add provider' }).count()).toBe(0)
})

test(
  '[W-171] [W-172] [W-173] [W-175] a provider and a model are added and tested, and a chat uses them at once',
  journey,
  async () => {
    const page = await openModels()
    await page.getByRole('heading', { name: 'No provider yet' }).waitFor()
    await page.getByText('The built-in demo model answers').waitFor()
    await expectSoundInViews(page, '/admin/models')
    await page.setViewportSize({ width: 1280, height: 800 })

    await page.getByRole('button', { name: 'Add provider' }).click()
    await dialog(page).getByLabel('Name').fill('gpu a')
    await button(page, 'Add provider').click()
    await dialog(page).getByText('Enter up to 64 letters').waitFor()
    await dialog(page).getByText('Enter a URL such as').waitFor()
    await expectAccessible(page)
    await button(page, 'Cancel').click()

    await fillProvider(page, 'gpu-a', 'sk-quite-another-key')
    await button(page, 'Test now').click()
    await dialog(page)
      .getByText(/^The server refused the API key \(status 401\)\. It says: /)
      .waitFor()
    expect(await page.content()).not.toContain('sk-quite-another-key')
    await expectAccessible(page)
    await button(page, 'Done').click()

    await choose(page, 'gpu-a', 'Edit')
    await dialog(page).getByLabel('Replace it').check()
    await dialog(page).getByLabel('New API key').fill(apiKey)
    await button(page, 'Save').click()
    await dialog(page).waitFor({ state: 'hidden' })
    await row(page, 'gpu-a').getByText('…ream').waitFor()
    await choose(page, 'gpu-a', 'Test')
    await dialog(page).getByLabel('Model to ask').fill('small')
    await button(page, 'Test now').click()
    await dialog(page)
      .getByText(/^It lists 2 models · /)
      .waitFor()
    await dialog(page)
      .getByText(/^small answers · /)
      .waitFor()
    await button(page, 'Done').click()

    await page.getByRole('heading', { name: 'No model yet' }).waitFor()
    await page.getByRole('button', { name: 'Add model' }).click()
    await button(page, 'Add model').click()
    await dialog(page).getByText('Enter the name that requests call it by').waitFor()
    expect(await dialog(page).getByText('Enter a price, 0 for what costs nothing.').count()).toBe(2)
    await expectAccessible(page)
    await button(page, 'Cancel').click()
    await fillModel(page, 'our-model')
    await button(page, 'Add model').click()
    await row(page, 'our-model').getByText('Offered').waitFor()
    await row(page, 'our-model').getByText('$0.30 in').waitFor()
    await expectSoundInViews(page, '/admin/models')
    await page.setViewportSize({ width: 1280, height: 800 })

    upstream.setDefault({ kind: 'answer', text: 'Said by the new model.' })
    await page.getByRole('link', { name: 'Chat', exact: true }).click()
    await ask(page, 'Who is there?')
    await answer(page).getByText('Said by the new model.').waitFor()
    expect(upstream.requests.at(-1)?.body).toMatchObject({ model: 'small' })
  },
)

test(
  '[W-175] of a model that was switched off the chat says so, and it answers again once it is on',
  journey,
  async () => {
    const page = await openGivenModels()
    const chat = await world.visitAs(ada)
    const id = await openChat(world, chat, 'About models')
    const { origin } = new URL(world.portal.url)
    await chat.request.patch(`/api/chat/sessions/${id}`, {
      data: { model: 'our-model' },
      headers: { origin },
    })
    await chat.reload()
    await field(chat).waitFor()
    await choose(page, 'our-model', 'Switch off')
    await expectAccessible(page)
    await button(page, 'Switch off').click()
    await row(page, 'our-model').getByText('Switched off').waitFor()

    await ask(chat, 'And now?')
    await chat.getByText('The model "our-model" is switched off here.').waitFor()
    expect(await field(chat).inputValue()).toBe('And now?')

    await choose(page, 'our-model', 'Switch on')
    await row(page, 'our-model').getByText('Offered').waitFor()
    await field(chat).press('Enter')
    await expect.poll(() => answer(chat).count()).toBe(1)
  },
)

test(
  '[W-174] a provider is drained with what runs there counted, switched on again, and not deleted while in use',
  journey,
  async () => {
    const page = await openGivenModels()
    const { key } = await ada.makeKey({ name: 'Long' })
    upstream.enqueue({ kind: 'answer', chunks: ['one ', 'two ', 'three'], delayMs: 2500 })
    const body = { model: 'our-model', stream: true, messages: [{ role: 'user', content: 'Slowly' }] }
    const running = world.portal.post({ key, body }).then((response) => response.text())
    await choose(page, 'gpu-a', 'Drain')
    await button(page, 'Drain').click()
    await row(page, 'gpu-a').getByText('Draining', { exact: true }).waitFor()
    await row(page, 'our-model').getByText('Paused').waitFor()
    expect(await running).toContain('three')
    await row(page, 'gpu-a').getByText('Drained').waitFor({ timeout: 15_000 })

    await choose(page, 'gpu-a', 'Delete')
    await button(page, 'Delete').click()
    await dialog(page).getByText('In use by "our-model".').waitFor()
    await button(page, 'Cancel').click()
    await choose(page, 'gpu-a', 'Take requests')
    await row(page, 'gpu-a').getByText('Takes requests').waitFor()
  },
)

test('[W-176] what somebody else changed meanwhile is told, and can be looked at', journey, async () => {
  const page = await openGivenModels()
  const other = await openGivenModels()
  for (const each of [page, other]) {
    await choose(each, 'our-model', 'Edit')
    await dialog(each).getByLabel('Display name').waitFor()
  }
  await dialog(other).getByLabel('Display name').fill('Theirs')
  await button(other, 'Save').click()
  await row(other, 'Theirs').waitFor()
  await dialog(page).getByLabel('Display name').fill('Mine')
  await button(page, 'Save').click()
  await dialog(page).getByText('Somebody else changed this meanwhile.').waitFor()
  expect(await dialog(page).getByLabel('Display name').inputValue()).toBe('Mine')
  await button(page, 'Drop what I changed, show what it is now').click()
  await expect.poll(() => dialog(page).getByLabel('Display name').inputValue()).toBe('Theirs')
  await dialog(page).getByLabel('Display name').fill('Ours')
  await button(page, 'Save').click()
  await row(page, 'Ours').waitFor()
})

test('[W-177] on a phone, by keyboard, a second target is given a weight', journey, async () => {
  const page = await openGivenModels({ width: 390, height: 844, theme: 'dark' })
  const card = page.getByRole('listitem').filter({ hasText: 'our-model' }).last()
  await card.getByText('Offered').waitFor()
  await page.getByRole('button', { name: 'Actions for our-model' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Edit' }).press('Enter')
  await dialog(page).getByRole('button', { name: 'Add target' }).focus()
  await page.keyboard.press('Enter')
  await dialog(page).getByLabel('Model there 2').fill('large')
  await dialog(page).getByLabel('Weight 2').fill('3')
  await expectAccessible(page)
  await button(page, 'Save').focus()
  await page.keyboard.press('Enter')
  await card.getByText('gpu-a/large · 75%').waitFor()
  await expectAccessible(page)
})

test('[W-174] models and providers are deleted, and the demo model answers again', journey, async () => {
  const page = await openGivenModels()
  await choose(page, 'our-model', 'Delete')
  await button(page, 'Delete').click()
  await page.getByRole('heading', { name: 'No model yet' }).waitFor()
  await choose(page, 'gpu-a', 'Delete')
  await button(page, 'Delete').click()
  await page.getByRole('heading', { name: 'No provider yet' }).waitFor()
  expect(world.portal.services.models.list()).toMatchObject([{ isDemo: true }])
})
