// People as tests of administration need them: somebody who runs the portal, and others.
import { usePortal } from '../sign-in/test-people.ts'

/** A portal with ways to people in it. */
export function useAdministration() {
  const people = usePortal()
  const { portal, aSignedIn } = people
  /** Somebody who runs the portal, signed in just now. */
  async function anAdministrator() {
    const person = await aSignedIn()
    await portal().pool.query(`update users set role = 'admin', name = 'Grace' where id = $1`, [person.id])
    await person.browser.post('/api/auth/sign-in/email', { email: person.email, password: 'SecureP@ssw0rd!' })
    return person
  }
  /** Somebody with a key, and the organisation it is of. */
  async function aKeyHolder() {
    const person = await aSignedIn()
    const { body: key } = await person.browser.post('/api/keys', { name: 'Crawler' })
    const { body: session } = await person.browser.get('/api/auth/get-session')
    return {
      ...person,
      key: key.key as string,
      keyId: key.id as string,
      organisationId: session.organisation.id as string,
    }
  }
  /** The status and code that a model call with a key gets. */
  async function callWith(key: string) {
    const answer = await portal().post({
      key,
      body: { model: 'test-model', messages: [{ role: 'user', content: 'Hello' }] },
    })
    const body = (await answer.json()) as { error?: { code?: string; message?: string } }
    return { status: answer.status, code: body.error?.code, message: body.error?.message }
  }
  /** What was recorded of an action, the newest first. */
  const eventsOf = async (action: string) => {
    const { rows } = await portal().pool.query(
      'select * from audit_events where action = $1 order by id desc',
      [action],
    )
    return rows
  }
  return { ...people, anAdministrator, aKeyHolder, callWith, eventsOf }
}
