import { newId } from '@portal/contract'
import { expect, test } from 'vitest'
import { newToken } from '../secrets/index.ts'
import { eventually } from '../test/index.ts'
import { usePortal } from './test-people.ts'

const { portal, open, aPerson } = usePortal()

/** The token of a link that confirms the new address that somebody has asked for. */
async function linkFor(userId: string, email: string): Promise<string> {
  const { token, hash } = newToken()
  await portal().pool.query('update users set pending_email = $1 where id = $2', [email, userId])
  await portal().pool.query(
    `insert into mail_links (hash, user_id, purpose, email, expires_at)
     values ($1, $2, 'change-email', $3, now() + interval '1 hour')`,
    [hash, userId, email],
  )
  return token
}

/** Confirms it while a statement of somebody else's is under way, which is committed once the two have met. */
async function confirmDuring(token: string, statement: string, values: unknown[]) {
  const other = await portal().pool.connect()
  try {
    await other.query('begin')
    await other.query(statement, values)
    const confirmed = open().post('/api/auth/verify-email', { token })
    await eventually(async () => {
      const { rows } = await portal().pool.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like 'update "users"%'`,
      )
      expect(rows).toHaveLength(1)
    })
    await other.query('commit')
    return await confirmed
  } finally {
    other.release(true)
  }
}

test('[SU1] of two who confirm one new address at once, the second is told that it is taken', async () => {
  const [first, second] = [await aPerson(), await aPerson()]
  const token = await linkFor(second.id, 'both@example.com')
  const { status, body } = await confirmDuring(token, 'update users set email = $1 where id = $2', [
    'both@example.com',
    first.id,
  ])
  expect([status, body.code]).toEqual([409, 'conflict'])
})

test('[SU1] whoever confirms an address that somebody signs up with is told that it is taken', async () => {
  const { id } = await aPerson()
  const token = await linkFor(id, 'newcomer@example.com')
  const { status, body } = await confirmDuring(
    token,
    `insert into users (id, email, name, role) values ($1, $2, 'New', 'user')`,
    [newId('user'), 'newcomer@example.com'],
  )
  expect([status, body.code]).toEqual([409, 'conflict'])
})
