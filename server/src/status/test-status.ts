// A portal that is looked at, minute after minute, by a clock that tests push.
import { vi } from 'vitest'
import { moveClock, usePortal } from '../sign-in/test-people.ts'
import { minuteMs } from './minute.ts'

/** The same for the tests of a file. */
export function useStatus(env: Record<string, string> = {}) {
  const people = usePortal(env)
  const { portal, aSignedIn } = people
  const status = () => portal().services.status

  /** Lets minutes go by, each looked at. */
  async function minutes(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      moveClock(minuteMs)
      await status().beat()
    }
  }
  /** Somebody signed in who runs the portal. */
  async function anAdministrator() {
    const person = await aSignedIn()
    await portal().pool.query(`update users set role = 'admin' where id = $1`, [person.id])
    await person.browser.post('/api/auth/sign-in/email', { email: person.email, password: 'SecureP@ssw0rd!' })
    return person
  }
  const report = () => status().report()
  const stateOf = async (id: string) =>
    (await report()).components.find((component) => component.id === id)?.state
  /** Everything as at the beginning. */
  async function forgetAll(): Promise<void> {
    vi.useRealTimers()
    // Not truncated: that would wait for whoever reads them, who may wait for it.
    const tables = [
      'status_minutes',
      'status_spans',
      'status_days',
      'incidents',
      'status_subscriptions',
      'throttles',
    ]
    for (const table of tables) await portal().pool.query(`delete from ${table}`)
    status().forget()
  }
  return { ...people, status, minutes, anAdministrator, report, stateOf, forgetAll }
}
