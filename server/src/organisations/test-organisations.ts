// Organisations as tests make them: people who sign up, invite and accept.
import type { OrganisationRole } from '@portal/contract'
import { anAddress, password, usePortal } from '../sign-in/test-people.ts'
import { type Browser, eventually } from '../test/index.ts'

export type TestMember = { id: string; email: string; browser: Browser }
export type TestOrganisation = { id: string; path: string; owner: TestMember }

/** A portal, and ways to fill it. */
export function useOrganisations(env: Record<string, string> = {}) {
  const people = usePortal({ DEFAULT_PLAN: 'enterprise', ...env })

  /** Somebody with the organisation that they signed up with. */
  const anOrganisation = async (): Promise<TestOrganisation> => {
    const owner = await people.aSignedIn()
    const { body } = await owner.browser.get('/api/auth/get-session')
    const { id } = body.organisation
    return { id, path: `/api/organisations/${id}`, owner }
  }

  const seen = new Set<string>()
  /** The token of an invitation to the address that was not looked at before. */
  const freshToken = (email: string): Promise<string> =>
    eventually(async () => {
      const token = await people.tokenTo(email, 'invitation')
      if (seen.has(token)) throw new Error(`There is no new invitation for ${email}.`)
      seen.add(token)
      return token
    })

  /** Invites an address; the token that was mailed. */
  const invite = async (
    { path, owner }: TestOrganisation,
    email: string,
    role = 'member',
  ): Promise<string> => {
    const { status, body } = await owner.browser.post(`${path}/invitations`, { email, role })
    if (status !== 201) throw new Error(`Inviting was a ${status}: ${body.error}`)
    return freshToken(email)
  }

  /** Somebody new who is in the organisation, and acts for it. */
  const aMember = async (of: TestOrganisation, role: OrganisationRole = 'member'): Promise<TestMember> => {
    const member = await people.aSignedIn()
    const token = await invite(of, member.email, role === 'owner' ? 'admin' : role)
    await expectOk(member.browser.post('/api/invitations/accept', { token }))
    if (role === 'owner')
      await expectOk(of.owner.browser.send('PATCH', `${of.path}/members/${member.id}`, { body: { role } }))
    await expectOk(member.browser.post(`${of.path}/switch`))
    return member
  }

  /** A key of the organisation that somebody acts for. */
  const aKeyOf = async ({ browser }: TestMember, settings: object = {}) => {
    const { body } = await browser.post('/api/keys', { name: 'A key', ...settings })
    return { id: body.id as string, secret: body.key as string }
  }

  /** What a key is answered: a status and a code. */
  const withKey = async (secret: string, path = '/api/keys', init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const response = await fetch(people.portal().url + path, { headers, ...init })
    const text = await response.text()
    const body = text.startsWith('{') ? JSON.parse(text) : text
    return { status: response.status, code: body.code ?? null, body }
  }

  /** Another device of somebody’s. */
  const anotherDevice = async ({ email }: TestMember): Promise<Browser> => {
    const browser = people.open(anAddress())
    await expectOk(browser.post('/api/auth/sign-in/email', { email, password }))
    return browser
  }

  return { ...people, anOrganisation, invite, freshToken, aMember, aKeyOf, withKey, anotherDevice }
}

/** What the browser acts for. */
export const actingFor = async (browser: Browser) =>
  (await browser.get('/api/auth/get-session')).body?.organisation

async function expectOk(asked: Promise<{ status: number; body: { error?: string } }>): Promise<void> {
  const { status, body } = await asked
  if (status >= 300) throw new Error(`It was a ${status}: ${body.error}`)
}
