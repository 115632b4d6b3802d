// Everything that is named by an id: another's is answered as one that never was, and stays as it is.
import { type Endpoint, endpoints, newId } from '@portal/contract'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { formOf, pixel } from './files/test-files.ts'
import { useOrganisations } from './organisations/test-organisations.ts'
import { aDevice, passkeysAt } from './sign-in/passkeys/test-passkeys.ts'
import { type Browser, chatRequest, eventually } from './test/index.ts'

const { portal, anOrganisation, aMember, aKeyOf, invite, aSignedIn } = useOrganisations()
const { addFrom, origin } = passkeysAt(portal)

/** The ids of one person's things. */
type Things = Record<
  | 'key'
  | 'session'
  | 'passkey'
  | 'organisation'
  | 'member'
  | 'invitation'
  | 'chat'
  | 'message'
  | 'generation'
  | 'file'
  | 'share'
  | 'prompt'
  | 'alert'
  | 'webhook'
  | 'delivery',
  string
>

const none: Things = {
  key: 'key_00000000000000000000000000',
  session: 'ses_00000000000000000000000000',
  passkey: 'pky_00000000000000000000000000',
  organisation: 'org_00000000000000000000000000',
  member: 'usr_00000000000000000000000000',
  invitation: 'inv_00000000000000000000000000',
  chat: 'cht_00000000000000000000000000',
  message: 'msg_00000000000000000000000000',
  generation: 'gen_00000000000000000000000000',
  file: 'fil_00000000000000000000000000',
  share: 'shr_00000000000000000000000000',
  prompt: 'prm_00000000000000000000000000',
  alert: 'alr_00000000000000000000000000',
  webhook: 'whk_00000000000000000000000000',
  delivery: 'dlv_00000000000000000000000000',
}

type Asked = { path: string; body?: object }
type Ask = (of: Things) => Asked
const chat = { ...chatRequest(), max_tokens: 16 }
const keyed =
  (rest = '', body?: object): Ask =>
  ({ key }) => ({ path: `/api/keys/${key}${rest}`, ...(body && { body }) })
const of =
  (rest: string, body?: object): Ask =>
  ({ organisation, member, invitation }) => ({
    path: `/api/organisations/${organisation}${rest.replace(':member', member).replace(':invitation', invitation)}`,
    ...(body && { body }),
  })

const chatted =
  (rest = '', body?: object): Ask =>
  ({ chat: id, generation }) => ({
    path: `/api/chat/sessions/${id}${rest.replace(':generation', generation)}`,
    ...(body && { body }),
  })
const told =
  (rest: string, body: object): Ask =>
  ({ message }) => ({ path: `/api/chat/messages/${message}${rest}`, body })

const prompted =
  (body?: object): Ask =>
  ({ prompt }) => ({ path: `/api/chat/prompts/${prompt}`, ...(body && { body }) })
const filed =
  (rest = ''): Ask =>
  ({ file }) => ({ path: `/api/files/${file}${rest}` })

const alerted =
  (rest = '', body?: object): Ask =>
  ({ alert }) => ({ path: `/api/alerts/${alert}${rest}`, ...(body && { body }) })
const hooked =
  (rest = '', body?: object): Ask =>
  ({ webhook }) => ({ path: `/api/webhooks/${webhook}${rest}`, ...(body && { body }) })
const delivered =
  (rest = ''): Ask =>
  ({ delivery }) => ({ path: `/api/deliveries/${delivery}${rest}` })

/** How each endpoint that takes an id is asked for a thing: every one, and with a body that would do. */
const asks: Record<string, Ask> = {
  'GET /api/keys/:keyId': keyed(),
  'PATCH /api/keys/:keyId': keyed('', { name: 'Mine now' }),
  'DELETE /api/keys/:keyId': keyed(),
  'POST /api/keys/:keyId/regenerate': keyed('/regenerate'),
  'POST /api/keys/:keyId/revoke': keyed('/revoke', { reason: 'Mine now' }),
  'POST /api/keys/:keyId/reactivate': keyed('/reactivate'),
  'GET /api/keys/:keyId/usage': keyed('/usage'),
  'GET /api/keys/:keyId/requests': keyed('/requests'),
  'POST /api/auth/revoke-session': ({ session: id }) => ({
    path: '/api/auth/revoke-session',
    body: { id },
  }),
  'POST /api/auth/passkey/update-passkey': ({ passkey: id }) => ({
    path: '/api/auth/passkey/update-passkey',
    body: { id, name: 'Mine now' },
  }),
  'POST /api/auth/passkey/delete-passkey': ({ passkey: id }) => ({
    path: '/api/auth/passkey/delete-passkey',
    body: { id, password: 'SecureP@ssw0rd!' },
  }),
  'GET /api/chat/sessions/:sessionId': chatted(),
  'PATCH /api/chat/sessions/:sessionId': chatted('', { title: 'Mine now' }),
  'DELETE /api/chat/sessions/:sessionId': chatted(),
  'POST /api/chat/sessions/:sessionId/restore': chatted('/restore'),
  'GET /api/chat/sessions/:sessionId/messages': chatted('/messages'),
  'GET /api/chat/sessions/:sessionId/export': chatted('/export'),
  'POST /api/chat/sessions/:sessionId/shares': chatted('/shares'),
  'PATCH /api/chat/prompts/:promptId': prompted({ name: 'mine' }),
  'DELETE /api/chat/prompts/:promptId': prompted(),
  'DELETE /api/chat/shares/:shareId': ({ share }) => ({ path: `/api/chat/shares/${share}` }),
  'POST /api/chat/messages': ({ chat: sessionId }) => ({
    path: '/api/chat/messages',
    body: { sessionId, role: 'user', content: 'Mine now' },
  }),
  'PATCH /api/chat/messages/:messageId': told('', { content: 'Mine now' }),
  'POST /api/chat/messages/:messageId/rating': told('/rating', { rating: 'up' }),
  'POST /api/chat/sessions/:sessionId/generations': chatted('/generations', {
    id: 'gen_0000000000000000000000mine',
    content: 'Mine now',
    parentId: null,
  }),
  'GET /api/chat/sessions/:sessionId/generations/:generationId/events': chatted(
    '/generations/:generation/events',
  ),
  'POST /api/chat/sessions/:sessionId/generations/:generationId/stop': chatted(
    '/generations/:generation/stop',
  ),
  'GET /api/files/:fileId': filed(),
  'GET /api/files/:fileId/content': filed('/content'),
  'GET /api/files/:fileId/thumbnail': filed('/thumbnail'),
  'DELETE /api/files/:fileId': filed(),
  'POST /api/alerts': ({ webhook }) => ({
    path: '/api/alerts',
    body: { name: 'Mine now', webhookIds: [webhook] },
  }),
  'GET /api/alerts/:alertId': alerted(),
  'PATCH /api/alerts/:alertId': alerted('', { name: 'Mine now' }),
  'DELETE /api/alerts/:alertId': alerted(),
  'POST /api/alerts/:alertId/restore': alerted('/restore'),
  'POST /api/alerts/:alertId/test': alerted('/test'),
  'PATCH /api/webhooks/:webhookId': hooked('', { description: 'Mine now' }),
  'DELETE /api/webhooks/:webhookId': hooked(),
  'POST /api/webhooks/:webhookId/restore': hooked('/restore'),
  'POST /api/webhooks/:webhookId/rotate-secret': hooked('/rotate-secret'),
  'POST /api/webhooks/:webhookId/ping': hooked('/ping'),
  'GET /api/webhooks/:webhookId/deliveries': hooked('/deliveries'),
  'GET /api/deliveries/:deliveryId': delivered(),
  'POST /api/deliveries/:deliveryId/redeliver': delivered('/redeliver'),
  'GET /api/organisations/:organisationId': of(''),
  'PATCH /api/organisations/:organisationId': of('', { name: 'Mine now' }),
  'DELETE /api/organisations/:organisationId': of('', { name: 'Ada' }),
  'POST /api/organisations/:organisationId/switch': of('/switch'),
  'POST /api/organisations/:organisationId/leave': of('/leave'),
  'POST /api/organisations/:organisationId/transfer': ({ organisation, member: userId }) => ({
    path: `/api/organisations/${organisation}/transfer`,
    body: { userId },
  }),
  'GET /api/organisations/:organisationId/members': of('/members'),
  'PATCH /api/organisations/:organisationId/members/:userId': of('/members/:member', { role: 'admin' }),
  'DELETE /api/organisations/:organisationId/members/:userId': of('/members/:member'),
  'GET /api/organisations/:organisationId/invitations': of('/invitations'),
  'POST /api/organisations/:organisationId/invitations': of('/invitations', {
    email: 'mine@example.com',
    role: 'member',
  }),
  'DELETE /api/organisations/:organisationId/invitations/:invitationId': of('/invitations/:invitation'),
  'POST /api/organisations/:organisationId/invitations/:invitationId/resend': of(
    '/invitations/:invitation/resend',
  ),
  'GET /api/organisations/:organisationId/audit': of('/audit'),
  'GET /api/organisations/:organisationId/audit/export': of('/audit/export'),
}

/** What takes an id of something that is nobody's, or everybody's. */
const ofNobody = [
  // Whoever has the link may read it.
  'GET /api/shared/:token',
  'GET /api/chat/models/:modelId{.+}',
  'GET /api/auth/callback/:provider',
  'POST /api/auth/unlink-account',
]
/** What people who run the portal name, whosever it is; to everybody else there is no such place. */
const ofAdministrators = endpoints.filter(({ scope }) => scope === 'administrator')
/** Completions name a chat. */
const ofChats = ['POST /api/chat/completions', 'POST /api/v1/messages', 'POST /api/v1/messages/count_tokens']

const takesId = ({ path, body }: Endpoint): boolean => {
  const schema = body && z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' })
  const fields = Object.keys((schema as { properties?: object } | undefined)?.properties ?? {})
  return /:\w+/.test(path) || fields.some((name) => /^id$|[a-z]Ids?$|_ids?$/.test(name))
}
const nameOf = ({ method, path }: Endpoint): string => `${method} ${path}`
const methodOf = (name: string): string => name.split(' ')[0] ?? ''

let ada: { browser: Browser; things: Things }
let bob: { browser: Browser; secret: string; organisation: string }
let before: string

beforeAll(async () => {
  const organisation = await anOrganisation()
  const { browser } = organisation.owner
  const member = await aMember(organisation)
  await invite(organisation, 'open@example.com')
  const { body: invitations } = await browser.get(`${organisation.path}/invitations`)
  const { body: session } = await browser.get('/api/auth/get-session')
  const things = {
    key: (await aKeyOf(organisation.owner)).id,
    session: session.session.id,
    passkey: (await addFrom(browser, aDevice())).body.id,
    organisation: organisation.id,
    member: member.id,
    invitation: invitations.data[0].id,
    ...(await aChat(browser)),
    ...(await anAlert(browser)),
  }
  ada = { browser, things }
  const stranger = await aSignedIn()
  const { secret } = await aKeyOf(stranger)
  const { body: acting } = await stranger.browser.get('/api/auth/get-session')
  bob = { browser: stranger.browser, secret, organisation: acting.organisation.id }
  before = await everythingOf(ada)
})

/** An alert, and a webhook that has been told something. */
async function anAlert(browser: Browser) {
  const { body: alert } = await browser.post('/api/alerts', { name: 'Ours' })
  const { body: webhook } = await browser.post('/api/webhooks', { url: 'https://nowhere.invalid/' })
  const { body: delivery } = await browser.post(`/api/webhooks/${webhook.id}/ping`)
  await eventually(async () => {
    expect((await browser.get(`/api/deliveries/${delivery.id}`)).body.attempts).toBe(1)
  })
  return { alert: alert.id, webhook: webhook.id, delivery: delivery.id }
}

/** A chat with an answer in it. */
async function aChat(browser: Browser) {
  const { body: begun } = await browser.post('/api/chat/sessions', { title: 'Plans' })
  const path = `/api/chat/sessions/${begun.id}`
  const generation = newId('generation')
  const asked = { id: generation, content: 'Which?', parentId: null }
  const { body } = await browser.post(`${path}/generations`, asked)
  await browser.get(`${path}/generations/${generation}/events`)
  const { body: share } = await browser.post(`${path}/shares`)
  const { body: prompt } = await browser.post('/api/chat/prompts', { name: 'brief', content: 'In short:' })
  const made = { share: share.id, prompt: prompt.id, file: await aPicture(browser) }
  return { chat: begun.id, message: body.messages[1].id, generation, ...made }
}

/** A file that has a thumbnail once it was read. */
async function aPicture(browser: Browser): Promise<string> {
  const form = formOf([{ name: 'dot.png', content: pixel }])
  const { body } = await browser.post('/api/files/upload', form)
  await eventually(async () => {
    expect((await browser.get(`/api/files/${body.id}`)).body.status).toBe('ready')
  }, 20_000)
  return body.id
}

/** All that somebody sees of theirs, but for when it was last looked at. */
async function everythingOf({ browser, things }: typeof ada): Promise<string> {
  const path = `/api/organisations/${things.organisation}`
  const lists = ['/members', '/invitations', '/audit'].map((list) => path + list)
  const chats = [
    '/api/files',
    '/api/chat/shares',
    '/api/chat/sessions',
    '/api/chat/tags',
    `/api/chat/sessions/${things.chat}/messages`,
    '/api/alerts',
    '/api/webhooks',
    `/api/webhooks/${things.webhook}/deliveries`,
  ]
  const own = [...chats, '/api/keys', '/api/auth/list-sessions', '/api/auth/passkey/list-user-passkeys', path]
  const answers = []
  for (const each of [...own, ...lists]) answers.push((await browser.get(each)).body)
  return JSON.stringify(answers, (name, value) => (/last(Seen|Used)At/.test(name) ? null : value))
}

test('[R6] every endpoint that takes an id is among these', () => {
  const found = endpoints.filter((each) => takesId(each) && !ofAdministrators.includes(each)).map(nameOf)
  expect([...Object.keys(asks), ...ofNobody, ...ofChats].sort()).toEqual(found.sort())
})

type Answer = { status: number; body: Record<string, unknown> }

const withCookie = (name: string, { path, body }: Asked, browser = bob.browser): Promise<Answer> =>
  browser.send(methodOf(name), path, { body, headers: { origin: origin() } })
async function withKey(name: string, { path, body }: Asked): Promise<Answer> {
  const response = await fetch(portal().url + path, {
    method: methodOf(name),
    headers: { authorization: `Bearer ${bob.secret}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}
const said = ({ status, body: { requestId: _, ...body } }: Answer) => ({ status, ...body })

const all = Object.entries(asks)
const reads = all.filter(([name]) => methodOf(name) === 'GET')
const nested = all.filter(([name]) => /:userId|:invitationId|transfer/.test(name))

test.each(reads)('[R6] %s shows its owner what is there', async (name, ask) => {
  expect((await withCookie(name, ask(ada.things), ada.browser)).status).toBe(200)
})

test.each(all)('[R6] %s: another’s is the same 404 as none, to whoever is signed in', async (name, ask) => {
  const answer = said(await withCookie(name, ask(ada.things)))
  expect(answer.status).toBe(404)
  expect(answer).toEqual(said(await withCookie(name, ask(none))))
  expect(JSON.stringify(answer)).not.toMatch(/Ada|key_|org_|usr_|cht_|msg_|fil_|shr_|prm_/)
})

test.each(all)('[R6] %s: another’s is the same as none to a key', async (name, ask) => {
  const answer = said(await withKey(name, ask(ada.things)))
  expect([403, 404]).toContain(answer.status)
  expect(answer).toEqual(said(await withKey(name, ask(none))))
})

test.each(nested)('[R6] %s: another’s is not reached through one’s own organisation', async (name, ask) => {
  const organisation = bob.organisation
  const answer = said(await withCookie(name, ask({ ...ada.things, organisation })))
  expect(answer.status).toBe(404)
  expect(answer).toEqual(said(await withCookie(name, ask({ ...none, organisation }))))
})

test('[R6] what administrators name is refused to everybody else, whether it is there or not', async () => {
  expect(ofAdministrators.length).toBeGreaterThan(20)
  for (const { method, path } of ofAdministrators) {
    const asked = (of: Things) => ({
      path: path
        .replace(':userId', of.member)
        .replace(':organisationId', of.organisation)
        .replaceAll(/:\w+/g, 'nothing'),
      ...(method !== 'GET' && { body: {} }),
    })
    const answer = said(await withCookie(`${method} ${path}`, asked(ada.things)))
    expect([path, answer.status]).toEqual([path, 403])
    expect(answer).toEqual(said(await withCookie(`${method} ${path}`, asked(none))))
    expect((await withKey(`${method} ${path}`, asked(ada.things))).status).toBe(403)
  }
})

test.each(ofChats)('[R6] %s goes on no chat that is not there', async (name) => {
  const path = name.split(' ')[1] ?? ''
  const { status } = await bob.browser.post(path, { ...chat, session_id: ada.things.chat })
  expect(status).toBe(404)
})

test('[R6] after all of it everything of the owner’s is as it was', async () => {
  expect(await everythingOf(ada)).toBe(before)
})
