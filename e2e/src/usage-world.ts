// A month of somebody's use, for the journeys through the dashboard.
import { microusd } from '@portal/contract'
import { type PastRequest, settlePast } from '@portal/server/test'
import type { Page } from 'playwright-core'
import type { Person, World } from './world.ts'

const hourMs = 3_600_000

/** Noon (UTC) of the day so many days ago. */
export const noon = (daysAgo: number): Date =>
  new Date(Math.floor(Date.now() / (24 * hourMs) - daysAgo) * 24 * hourMs + 12 * hourMs)

/** Somebody with requests of two keys, a chat and two models over ten days, one of them failed. */
export async function aUser(world: World, settings: Parameters<World['aPerson']>[0] = {}) {
  const person = await world.aPerson(settings)
  const [shop, crawler] = [await person.makeKey({ name: 'Shop' }), await person.makeKey({ name: 'Crawler' })]
  const at = (daysAgo: number, rest: Partial<PastRequest>): PastRequest => ({
    ...{ at: noon(daysAgo), userId: person.userId, organisationId: person.organisationId },
    ...{ keyId: shop.id, model: 'model-a', inputMicrousd: microusd(2000), outputMicrousd: microusd(3000) },
    ...rest,
  })
  await settlePast(world.portal.pool, [
    ...[at(10, {}), at(3, {}), at(3, { latencyMs: 4000 })],
    at(3, { status: 'upstream_error', errorCode: 'upstream_timeout', inputTokens: 0, outputTokens: 0 }),
    at(2, { keyId: crawler.id, model: 'model-b', outputMicrousd: microusd(45_000) }),
    at(2, { keyId: null, purpose: 'chat', model: 'model-b', inputTokens: 1000 }),
  ])
  return { person, shop, crawler }
}

export type User = Awaited<ReturnType<typeof aUser>>

/** A card's figure. */
export const figure = (page: Page, name: string) =>
  page
    .locator('dl > div')
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator('dd')
    .first()

/** What the API says to whoever the page belongs to. */
export const readUsage = async (page: Page, path: string) =>
  (await (await page.request.get(`/api/usage/${path}`)).json()) as never

/** Lets somebody act for another's organisation as a member of it. */
export async function joinAsMember(
  world: World,
  { page, person, owner }: { page: Page; person: Person; owner: Person },
) {
  await world.portal.pool.query(
    `insert into members (id, organisation_id, user_id, role, created_at) values ($1, $2, $3, 'member', now())`,
    [`mem_${person.userId}`, owner.organisationId, person.userId],
  )
  const { origin } = new URL(world.portal.url)
  const answer = await page.request.post(`/api/organisations/${owner.organisationId}/switch`, {
    ...{ headers: { origin }, data: {} },
  })
  if (!answer.ok()) throw new Error(await answer.text())
}
