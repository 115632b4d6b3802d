import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Database, openDatabase } from '../db/index.ts'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { createEvents, type Events } from '../events/index.ts'
import { createJobs, type Jobs } from '../jobs/index.ts'
import { eventually } from '../test/index.ts'
import { createMail, createSmtpTransport, type MailService } from './index.ts'
import type { Mail } from './kinds.ts'
import { claimPlace } from './store.ts'
import { opened, startSmtp } from './test-smtp.ts'

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 })

let cluster: TestCluster
let database: Database
let events: Events
let smtp: Awaited<ReturnType<typeof startSmtp>>
let open: Jobs[]
const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }

beforeAll(async () => {
  cluster = await startTestCluster()
})
afterAll(() => cluster.stop())
beforeEach(async () => {
  const { url } = await cluster.createDatabase()
  database = await openDatabase({ url, dataDir: '/nowhere', log })
  events = createEvents({ clientConfig: database.clientConfig, log })
  await events.start()
  smtp = await startSmtp()
  open = []
})
afterEach(async () => {
  await Promise.all(open.map((jobs) => jobs.close({ graceMs: 500 })))
  await events.close()
  await database.close()
  await smtp.close()
  vi.clearAllMocks()
})

/** The mails of one process. */
async function aPostOffice({ url = smtp.url, start = true } = {}): Promise<MailService & { jobs: Jobs }> {
  const jobs = createJobs({ clientConfig: database.clientConfig, events, log })
  const mail = createMail({
    db: database.db,
    jobs,
    log,
    transport: createSmtpTransport({ url }),
    from: { name: 'Portal, the', address: 'portal@example.com' },
    publicUrl: () => 'https://portal.example.com',
  })
  if (start) await jobs.start()
  open.push(jobs)
  return { ...mail, jobs }
}

const aMail = (more: Partial<Extract<Mail, { kind: 'reset-password' }>> = {}): Mail => ({
  kind: 'reset-password',
  to: 'Ada@Example.com',
  path: '/reset-password?token=secret',
  expiresAt: new Date(Date.now() + 3_600_000),
  ...more,
})

const rows = async () => (await database.pool.query('select * from mails order by id')).rows
const states = async () => (await rows()).map(({ state }) => state)

/** Lets the pause before the next try be over. */
const hurry = () => database.pool.query(`update pgboss.job set start_after = now() where state = 'retry'`)

describe('a mail', () => {
  it('[M-17] leaves at the commit, to one mailbox, with its words whole', async () => {
    const { send } = await aPostOffice()
    await database.db.transaction().execute(async (trx) => {
      await send(trx, aMail({ name: 'Zoë' }))
      expect(await rows()).toEqual([])
    })
    await eventually(() => expect(smtp.received).toHaveLength(1))
    const [received] = smtp.received
    expect(received).toMatchObject({ from: 'portal@example.com', to: ['ada@example.com'] })
    const { headers, body } = opened(received as never)
    expect(headers).toEqual(
      expect.arrayContaining([
        'From: "Portal, the" <portal@example.com>',
        'To: ada@example.com',
        'Subject: Set a new password',
        expect.stringMatching(/^Message-ID: <mail_[0-9a-z]{26}@example\.com>$/),
        'Auto-Submitted: auto-generated',
      ]),
    )
    expect(body).toContain('Hello Zoë,')
    expect(body).toContain('Set a new password:\r\nhttps://portal.example.com/reset-password?token=secret')
    expect(body).toContain('href="https://portal.example.com/reset-password?token=secret"')
    await eventually(async () => expect(await states()).toEqual(['sent']))
  })

  it('[M-17] of a transaction that is rolled back is not sent', async () => {
    const { send } = await aPostOffice()
    const rolledBack = database.db.transaction().execute(async (trx) => {
      await send(trx, aMail())
      throw new Error('changed my mind')
    })
    await expect(rolledBack).rejects.toThrow('changed my mind')
    await send(database.db, aMail({ to: 'bob@example.com' }))
    await eventually(() => expect(smtp.received.map(({ to }) => to)).toEqual([['bob@example.com']]))
    expect(await rows()).toHaveLength(1)
  })

  it('[M-17] that was committed before its process died is sent by the next', async () => {
    const { jobs, send } = await aPostOffice({ start: false })
    const setUp = createJobs({ clientConfig: database.clientConfig, events, log })
    await setUp.start()
    await setUp.close({ graceMs: 0 })
    await send(database.db, aMail())
    await jobs.close({ graceMs: 0 })
    expect(smtp.received).toEqual([])
    await aPostOffice()
    await eventually(() => expect(smtp.received).toHaveLength(1))
  })

  it('[M-15] to more than one mailbox is refused, and nothing is kept', async () => {
    const { send } = await aPostOffice()
    for (const to of [
      'a@example.com,b@example.com',
      'a@example.com\r\nBcc: b@example.com',
      'Ada <a@example.com>',
    ]) {
      await expect(send(database.db, aMail({ to }))).rejects.toMatchObject({
        code: 'invalid_request',
        param: 'email',
      })
    }
    expect(await rows()).toEqual([])
  })
})

describe('a server that does not take it', () => {
  it('[M-18] for now is asked again, and the mail arrives once', async () => {
    smtp.next(450, 421)
    const { send } = await aPostOffice()
    await send(database.db, aMail())
    for (const tries of [1, 2]) {
      await eventually(() => expect(smtp.seen.mails).toBe(tries))
      await eventually(async () => expect((await hurry()).rowCount).toBe(1))
    }
    await eventually(async () => expect(await states()).toEqual(['sent']))
    expect(smtp.received).toHaveLength(1)
    expect(log.error).not.toHaveBeenCalled()
  })

  it('[M-18] that cannot be reached, or wants another password, loses no mail', async () => {
    const nowhere = await aPostOffice({ url: 'smtp://127.0.0.1:1' })
    await nowhere.send(database.db, aMail())
    await eventually(async () => expect((await hurry()).rowCount).toBe(1))
    await nowhere.jobs.close({ graceMs: 500 })
    await hurry()
    const stranger = await aPostOffice({ url: `smtp://user:wrong@${smtp.host}` })
    await eventually(() => expect(smtp.seen.passwords).toBe(1))
    await stranger.jobs.close({ graceMs: 500 })
    expect(await states()).toEqual(['waiting'])
    await hurry()
    await aPostOffice()
    await eventually(() => expect(smtp.received).toHaveLength(1))
  })

  it('[M-23] and cannot encrypt gets no password of another machine', async () => {
    // Not a name of this machine, though it leads here.
    const { send } = await aPostOffice({
      url: `smtp://user:password@${smtp.host.replace('127.0.0.1', '0.0.0.0')}`,
    })
    await send(database.db, aMail())
    await eventually(() => expect(log.warn).toHaveBeenCalledTimes(1))
    expect(JSON.stringify(log.warn.mock.calls)).toMatch(/STARTTLS/)
    expect(smtp.seen).toEqual({ mails: 0, passwords: 0 })
  })

  it('[M-18] and does not answer holds up neither other mails nor the end of the process', async () => {
    smtp.next('hang')
    const { jobs, send } = await aPostOffice()
    await send(database.db, aMail())
    await eventually(() => expect(smtp.seen.mails).toBe(1))
    await send(database.db, aMail({ to: 'bob@example.com' }))
    const startedAt = performance.now()
    await jobs.close({ graceMs: 200 })
    expect(performance.now() - startedAt).toBeLessThan(3_500)
    await hurry()
    await aPostOffice()
    await eventually(() =>
      expect(smtp.received.map(({ to }) => to[0]).sort()).toEqual(['ada@example.com', 'bob@example.com']),
    )
  })

  it('[M-19] for good is not asked again: the mail has failed, is logged once and says nothing more', async () => {
    smtp.next(550)
    const { send } = await aPostOffice()
    await send(database.db, aMail())
    await eventually(() => expect(log.error).toHaveBeenCalledTimes(1))
    expect(smtp.seen.mails).toBe(1)
    expect(await rows()).toMatchObject([{ state: 'failed', content: null }])
    expect(JSON.stringify(log.error.mock.calls)).toMatch(/refused with 550/)
    expect(JSON.stringify(log.error.mock.calls)).not.toContain('token=secret')
  })

  it('[M-19] after the last try neither', async () => {
    smtp.next(450)
    const { send } = await aPostOffice()
    await database.db.transaction().execute(async (trx) => {
      await send(trx, aMail())
      await trx.executeQuery({
        sql: 'update pgboss.job set retry_count = retry_limit - 1, started_on = now()',
        parameters: [],
        query: { kind: 'RawNode' },
        queryId: { queryId: 'last' },
      } as never)
    })
    await eventually(() => expect(log.error).toHaveBeenCalledTimes(1))
    expect(smtp.seen.mails).toBe(1)
    expect(await rows()).toMatchObject([{ state: 'failed', content: null }])
  })
})

describe('[M-20] a mailbox gets at most ten mails of a kind in an hour', () => {
  it('whoever sends them at once, from whatever process; others are not affected', async () => {
    const offices = await Promise.all([aPostOffice(), aPostOffice()])
    const spellings = ['ada@example.com', 'ADA@example.com']
    const sending = Array.from({ length: 30 }, (_, i) => {
      return offices[i % 2]?.send(database.db, aMail({ to: spellings[i % 2] ?? '' }))
    })
    await Promise.all([...sending, offices[0].send(database.db, aMail({ to: 'bob@example.com' }))])
    await eventually(async () => expect(await states()).not.toContain('waiting'), 20_000)
    expect((await states()).filter((state) => state === 'dropped')).toHaveLength(20)
    const to = smtp.received.map((each) => each.to[0])
    expect(to.filter((each) => each === 'ada@example.com')).toHaveLength(10)
    expect(to.filter((each) => each === 'bob@example.com')).toHaveLength(1)
    expect(log.warn).toHaveBeenCalledTimes(20)
    expect(log.warn).toHaveBeenCalledWith(
      { mailId: expect.stringMatching(/^mail_/), kind: expect.any(String) },
      'a mail was dropped: its mailbox had 10 of this kind within an hour',
    )
  })

  it('mails of one kind keep nobody from those of another; invitations, which strangers send, are five', async () => {
    const { send } = await aPostOffice()
    const invitation: Mail = {
      ...{ kind: 'invitation', to: 'ada@example.com', path: '/', organisation: 'Acme', inviter: 'Bob' },
      expiresAt: new Date(Date.now() + 3_600_000),
    }
    await Promise.all(Array.from({ length: 15 }, () => send(database.db, invitation)))
    await Promise.all(Array.from({ length: 10 }, () => send(database.db, aMail())))
    await eventually(async () => expect(await states()).not.toContain('waiting'), 20_000)
    await send(database.db, { kind: 'password-changed', to: 'ada@example.com', path: '/', at: new Date() })
    await eventually(async () => expect(await states()).not.toContain('waiting'), 20_000)
    expect(smtp.received.map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw)?.[1]).sort()).toEqual([
      ...Array(5).fill('Invitation to Acme'),
      ...Array(10).fill('Set a new password'),
      'Your password was changed',
    ])
  })

  it('nor more when every one of its places is claimed at the same moment', async () => {
    const { rows: waiting } = await database.pool.query(`
      insert into mails (id, recipient, kind, content)
      select 'mail_' || n || r, r || '@example.com', 'k', '{}'
      from generate_series(1, 16) n, unnest(array['ada', 'bob', 'eve']) r returning *`)
    for (const name of ['ada', 'bob', 'eve']) {
      const mails = waiting.filter(({ recipient }) => recipient === `${name}@example.com`)
      const claims = await Promise.all(mails.map((mail) => claimPlace(database.db, mail, 10)))
      expect(claims.filter(Boolean)).toHaveLength(10)
    }
  })

  it('and more when the hour is over; another try of the same mail is not another mail', async () => {
    const { send } = await aPostOffice()
    for (let i = 0; i < 9; i++) await send(database.db, aMail())
    await eventually(() => expect(smtp.received).toHaveLength(9))
    smtp.next(450)
    await send(database.db, aMail())
    await eventually(async () => expect((await hurry()).rowCount).toBe(1))
    await eventually(() => expect(smtp.received).toHaveLength(10))
    await eventually(async () => expect(await states()).not.toContain('waiting'))
    await database.pool.query(`update mails set tried_at = now() - interval '61 minutes'`)
    await send(database.db, aMail())
    await eventually(() => expect(smtp.received).toHaveLength(11))
  })
})

describe('what is kept', () => {
  it('[M-21] of a mail that has ended is that it was, for two weeks: neither its words nor its link', async () => {
    const { send, jobs } = await aPostOffice()
    await send(database.db, aMail())
    await eventually(async () => expect(await states()).toEqual(['sent']))
    const { rows: everything } = await database.pool.query(
      `select (select jsonb_agg(m) from mails m)::text || (select jsonb_agg(j) from pgboss.job j)::text as text`,
    )
    expect(everything[0].text).toContain('reset-password')
    expect(everything[0].text).not.toContain('token=secret')

    await jobs.close({ graceMs: 500 })
    await database.pool.query(`
      insert into mails (id, recipient, kind, content, created_at) values
        ('mail_old', 'a', 'k', '{}', now() - interval '15 days'), ('mail_lost', 'a', 'k', '{}', now() - interval '25 hours'),
        ('mail_new', 'a', 'k', '{}', now())`)
    await database.pool.query(`update pgboss.version set cron_on = now() - interval '3 days'`)
    await database.pool.query(`update pgboss.schedule set created_on = now() - interval '9 days'`)
    await aPostOffice()
    await eventually(
      async () =>
        expect(await rows()).toMatchObject([
          { id: expect.stringMatching(/^mail_0/), state: 'sent' },
          { id: 'mail_lost', state: 'failed', content: null },
          { id: 'mail_new', state: 'waiting' },
        ]),
      15_000,
    )
  })

  it('[M-22] a mail whose link is dead by now is not sent', async () => {
    const { send } = await aPostOffice()
    await send(database.db, aMail({ expiresAt: new Date(Date.now() - 1_000) }))
    await eventually(async () => expect(await rows()).toMatchObject([{ state: 'dropped', content: null }]))
    expect(smtp.seen.mails).toBe(0)
    expect(log.warn).toHaveBeenCalledTimes(1)
  })
})
