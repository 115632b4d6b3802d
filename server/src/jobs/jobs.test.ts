import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { type Database, migrate, openDatabase } from '../db/index.ts'
import { startTestCluster, type TestCluster, type TestDatabase } from '../db/test-database.ts'
import { createEvents, type Events } from '../events/index.ts'
import { eventually } from '../test/index.ts'
import { createBoss } from './boss.ts'
import { createJobSender, createJobs, defineQueue, FinalFailure, type Jobs } from './index.ts'

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 })

const quick = { firstPauseSeconds: 1, pauseSecondsMax: 1 }
const notes = defineQueue({ name: 'notes', payload: z.object({ note: z.string() }), ...quick, triesMax: 3 })

let cluster: TestCluster
let source: TestDatabase
let database: Database
let events: Events
let started: Jobs[]
const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }

beforeAll(async () => {
  cluster = await startTestCluster()
})
afterAll(() => cluster.stop())
beforeEach(async () => {
  source = await cluster.createDatabase()
  database = await openDatabase({ url: source.url, dataDir: '/nowhere', log })
  events = createEvents({ clientConfig: database.clientConfig, log })
  await events.start()
  started = []
})
afterEach(async () => {
  await Promise.all(started.map((jobs) => jobs.close({ graceMs: 1_000 })))
  await events.close()
  await database.close()
  vi.clearAllMocks()
})

type Handler = (note: string, attempt: { number: number; signal: AbortSignal }) => Promise<void> | void

/** Jobs of another process, as it were, on the same database. */
async function aWorker(handler: Handler, { queue = notes, without = false } = {}): Promise<Jobs> {
  const jobs = createJobs({
    clientConfig: database.clientConfig,
    events: without ? { publish: async () => {}, subscribe: () => () => {} } : events,
    log,
  })
  jobs.work(queue, async ({ note }, attempt) => handler(note, attempt))
  await jobs.start()
  started.push(jobs)
  return jobs
}

const rows = async (where = 'true') =>
  (
    await database.pool.query(
      `select * from pgboss.job where name not like '\\_\\_%' and ${where} order by created_on, id`,
    )
  ).rows

describe('enqueue', () => {
  it('[M-01] adds the job with the caller’s transaction, and nothing when that is rolled back', async () => {
    const done: string[] = []
    const jobs = await aWorker((note) => void done.push(note))
    const rolledBack = database.db.transaction().execute(async (trx) => {
      await jobs.enqueue(trx, notes, { payload: { note: 'never' } })
      await sql`select 1 / 0`.execute(trx)
    })
    await expect(rolledBack).rejects.toThrow('division by zero')
    await database.db.transaction().execute(async (trx) => {
      await jobs.enqueue(trx, notes, { payload: { note: 'first' } })
      expect(await rows()).toEqual([])
      await jobs.enqueue(trx, notes, { payload: { note: 'second' } })
    })
    await eventually(() => expect(done.toSorted()).toEqual(['first', 'second']))
    await eventually(async () => expect(await rows(`state = 'completed'`)).toHaveLength(2))
    expect(await rows()).toHaveLength(2)
  })

  it('[M-02] is heard of at once where events arrive, and at the next poll where they do not', async () => {
    const done: number[] = []
    const jobs = await aWorker(() => void done.push(performance.now()))
    await eventually(async () => expect(await idleSince()).toBeGreaterThan(0.2))
    const before = performance.now()
    await jobs.enqueue(database.db, notes, { payload: { note: '' } })
    await eventually(() => expect(done).toHaveLength(1))
    expect((done[0] ?? 0) - before).toBeLessThan(1_000)
    await jobs.close({ graceMs: 1_000 })

    const deaf = await aWorker(() => void done.push(performance.now()), { without: true })
    await deaf.enqueue(database.db, notes, { payload: { note: '' } })
    await eventually(() => expect(done).toHaveLength(2))
  })

  /** Seconds since the last poll of any queue. */
  async function idleSince(): Promise<number> {
    const { rows } = await database.pool.query(
      `select min(extract(epoch from clock_timestamp() - query_start))::float8 as s from pg_stat_activity
       where datname = current_database() and query ilike '%skip locked%' and pid <> pg_backend_pid()`,
    )
    return rows[0].s ?? 0
  }

  it('[M-03] waits for its time', async () => {
    const done: string[] = []
    const jobs = await aWorker((note) => void done.push(note))
    await jobs.enqueue(database.db, notes, {
      payload: { note: 'later' },
      runAt: new Date(Date.now() + 3_600_000),
    })
    await jobs.enqueue(database.db, notes, { payload: { note: 'now' } })
    await eventually(() => expect(done).toEqual(['now']))
    await database.pool.query(`update pgboss.job set start_after = now() where state = 'created'`)
    await eventually(() => expect(done).toEqual(['now', 'later']))
  })

  it('[M-04] one job waits under a key; without a key every one does', async () => {
    const jobs = createJobs({ clientConfig: database.clientConfig, events, log })
    started.push(jobs)
    await jobs.start()
    const add = (singletonKey?: string) =>
      jobs.enqueue(database.db, notes, { payload: { note: '' }, ...(singletonKey && { singletonKey }) })
    await Promise.all([...Array.from({ length: 5 }, () => add('same')), add('other'), add(), add()])
    expect(await rows()).toHaveLength(4)
  })

  it('refuses a payload that is not the queue’s', async () => {
    const jobs = await aWorker(() => {})
    const wrong = { note: 7 } as unknown as { note: string }
    await expect(jobs.enqueue(database.db, notes, { payload: wrong })).rejects.toThrow(/expected string/)
    expect(await rows()).toEqual([])
  })
})

describe('where jobs wait', () => {
  it('[M-04] those of the highest priority begin first, among equals the oldest', async () => {
    const jobs = createJobs({ clientConfig: database.clientConfig, events, log })
    started.push(jobs)
    const done: string[] = []
    const one = { ...notes, name: 'one', parallelMax: 1, singly: true }
    jobs.work(one, async ({ note }) => void done.push(note))
    const sender = createJobSender({ clientConfig: database.clientConfig, events, log })
    for (const [note, priority] of [
      ['c', -2],
      ['b', -1],
      ['a', 0],
      ['b2', -1],
    ] as const)
      await sender.enqueue(database.db, one, { payload: { note }, priority })
    await sender.close()
    await jobs.start()
    await eventually(() => expect(done).toEqual(['a', 'b', 'b2', 'c']))
  })

  it('[M-04] of a queue whose jobs are taken singly, one that lasts holds up no other, and none waits for a poll', async () => {
    const done: string[] = []
    const ending = Promise.withResolvers<void>()
    const two = { ...notes, name: 'two', parallelMax: 2, singly: true }
    const jobs = await aWorker(
      async (note) => {
        if (note === 'long') await ending.promise
        done.push(note)
      },
      { queue: two, without: true },
    )
    await database.db.transaction().execute(async (trx) => {
      for (const note of ['long', '1', '2', '3', '4', '5', '6'])
        await jobs.enqueue(trx, two, { payload: { note } })
    })
    await eventually(() => expect(done).toEqual(['1', '2', '3', '4', '5', '6']), 5_000)
    ending.resolve()
    await eventually(() => expect(done.at(-1)).toBe('long'))
  })
})

describe('a job that does not succeed', () => {
  it('[M-05] is tried again with a growing pause, so often and no more, then kept and logged once with its cause', async () => {
    const tries: number[] = []
    const pausing = { ...notes, name: 'pausing', firstPauseSeconds: 100, pauseSecondsMax: 3600 }
    const jobs = await aWorker(
      (_, { number }) => {
        tries.push(number)
        throw new Error('no luck', { cause: new Error('the reason') })
      },
      { queue: pausing },
    )
    await jobs.enqueue(database.db, pausing, { payload: { note: 'x' } })
    for (const pause of [100, 200]) {
      const [job] = await eventually(async () => {
        const waiting = await rows(`state = 'retry'`)
        expect(waiting).toHaveLength(1)
        return waiting
      })
      const seconds = (job.start_after - Date.now()) / 1000
      expect(seconds).toBeGreaterThan(pause - 10)
      expect(seconds).toBeLessThan(pause * 2 + 1)
      await database.pool.query(`update pgboss.job set start_after = now() where state = 'retry'`)
      await eventually(async () => expect(await rows(`state = 'retry' and start_after < now()`)).toEqual([]))
    }
    await eventually(() => expect(log.error).toHaveBeenCalled())
    expect(tries).toEqual([1, 2, 3])
    expect(log.error.mock.calls).toEqual([
      [
        expect.objectContaining({
          queue: 'pausing',
          tries: 3,
          err: expect.objectContaining({
            message: 'no luck',
            cause: expect.objectContaining({ message: 'the reason' }),
          }),
        }),
        'a job has failed',
      ],
    ])
    expect(await rows(`name = 'pausing'`)).toMatchObject([{ state: 'failed', data: { note: 'x' } }])
  })

  it('[M-06] is not tried again after a final failure, nor when its payload is not the queue’s', async () => {
    const tries: string[] = []
    const jobs = await aWorker((note) => {
      tries.push(note)
      throw new FinalFailure('nobody there')
    })
    await database.db.transaction().execute(async (trx) => {
      await jobs.enqueue(trx, notes, { payload: { note: 'of another release' } })
      await sql`update pgboss.job set data = '{}'`.execute(trx)
    })
    await jobs.enqueue(database.db, notes, { payload: { note: 'only' } })
    await eventually(() => expect(log.error).toHaveBeenCalledTimes(2))
    expect(tries).toEqual(['only'])
    expect(await rows(`name = 'notes' and state <> 'failed'`)).toEqual([])
    expect(log.error.mock.calls).toContainEqual([
      expect.objectContaining({ err: expect.objectContaining({ message: 'nobody there' }) }),
      'a job has failed',
    ])
  })

  it('[M-07] one that takes too long is given up alone, and told so', async () => {
    const signals: AbortSignal[] = []
    const done: string[] = []
    const slow = { ...notes, name: 'slow', timeoutSeconds: 1, triesMax: 1 }
    const jobs = await aWorker(
      async (note, { signal }) => {
        if (note === 'fast') return void done.push(note)
        signals.push(signal)
        await new Promise(() => {})
      },
      { queue: slow },
    )
    await database.db.transaction().execute(async (trx) => {
      for (const note of ['slow', 'fast']) await jobs.enqueue(trx, slow, { payload: { note } })
    })
    await eventually(() => expect(log.error).toHaveBeenCalledTimes(1))
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    expect(done).toEqual(['fast'])
    expect((await rows(`name = 'slow'`)).map(({ state }) => state).toSorted()).toEqual([
      'completed',
      'failed',
    ])
  })
})

describe('restarts', () => {
  it('[M-08] a job that was committed is done by the process that comes next', async () => {
    const first = createJobs({ clientConfig: database.clientConfig, events, log })
    await first.start()
    await first.enqueue(database.db, notes, { payload: { note: 'left' } })
    await first.close({ graceMs: 0 })
    const done: string[] = []
    await aWorker((note) => void done.push(note))
    await eventually(() => expect(done).toEqual(['left']))
  })

  it('[M-08] one whose process died under way is tried by another when its heartbeat is missed', async () => {
    const seen: string[] = []
    const first = await aWorker(async (_, { number }) => {
      seen.push(`first ${number}`)
      await new Promise(() => {})
    })
    await first.enqueue(database.db, notes, { payload: { note: '' } })
    await eventually(() => expect(seen).toEqual(['first 1']))
    await aWorker((_, { number }) => void seen.push(`second ${number}`))
    await database.pool.query(`update pgboss.job set heartbeat_on = now() - interval '31 s'`)
    const { boss, pool } = createBoss({ clientConfig: database.clientConfig, log })
    await boss.supervise('notes')
    await eventually(() => expect(seen).toEqual(['first 1', 'second 2']))
    await eventually(async () => expect(await rows()).toMatchObject([{ state: 'completed' }]))
    await pool.end()
  })

  it('[M-09] closing waits for what runs, and gives back what outlasts the grace', async () => {
    let finish = () => {}
    const seen: string[] = []
    const jobs = await aWorker(async (note, { number }) => {
      seen.push(`${note} ${number}`)
      if (number === 1) {
        await new Promise<void>((resolve) => {
          finish = resolve
        })
      }
    })
    await jobs.enqueue(database.db, notes, { payload: { note: 'short' } })
    await eventually(() => expect(seen).toEqual(['short 1']))
    const closing = jobs.close({ graceMs: 10_000 })
    finish()
    await closing
    expect(await rows()).toMatchObject([{ state: 'completed' }])

    const second = await aWorker(async (note, { number }) => {
      seen.push(`${note} ${number}`)
      if (number === 1) await new Promise(() => {})
    })
    await second.enqueue(database.db, notes, { payload: { note: 'long' } })
    await eventually(() => expect(seen).toContain('long 1'))
    const startedAt = performance.now()
    await second.close({ graceMs: 100 })
    expect(performance.now() - startedAt).toBeLessThan(3_000)
    await aWorker((note, { number }) => void seen.push(`${note} ${number}`))
    await eventually(() => expect(seen).toEqual(['short 1', 'long 1', 'long 2']))
  })

  it('[M-10] a daily job is added once for days on which nothing ran, and an old schedule ends', async () => {
    const done: string[] = []
    const daily = async (names: string[]) => {
      const jobs = createJobs({ clientConfig: database.clientConfig, events, log })
      for (const name of names) {
        const queue = { ...notes, name }
        jobs.work(queue, async ({ note }) => void done.push(note))
        jobs.everyDay(queue, { time: '03:30', payload: { note: name } })
      }
      await jobs.start()
      started.push(jobs)
      return jobs
    }
    await (await daily(['kept', 'dropped'])).close({ graceMs: 1_000 })
    await database.pool.query(`delete from pgboss.job`)
    await database.pool.query(`update pgboss.version set cron_on = now() - interval '3 days'`)
    await database.pool.query(`update pgboss.schedule set created_on = now() - interval '9 days'`)
    done.length = 0
    await daily(['kept'])
    await eventually(() => expect(done).toEqual(['kept']), 15_000)
    const schedules = await database.pool.query('select name, cron, timezone from pgboss.schedule')
    expect(schedules.rows).toEqual([{ name: 'kept', cron: '30 3 * * *', timezone: 'UTC' }])
  })
})

/** A way to the database that can be cut. */
async function aCable(target: pg.ClientConfig) {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(`${target.host}/.s.PGSQL.${target.port ?? 5432}`)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => other.destroy())
      socket.pipe(other)
    }
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return { clientConfig: { ...target, host: '127.0.0.1', port }, cut, mend: () => listen(port) }
}

it('[M-11] while the database is away there is one line in the log, and work goes on when it is back', async () => {
  const cable = await aCable(source.clientConfig)
  const jobs = createJobs({ clientConfig: cable.clientConfig, events, log })
  const done: string[] = []
  jobs.work(notes, async ({ note }) => void done.push(note))
  await jobs.start()
  started.push(jobs)
  await jobs.enqueue(database.db, notes, { payload: { note: 'before' } })
  await eventually(() => expect(done).toEqual(['before']))
  const told = (what: RegExp) =>
    [...log.warn.mock.calls, ...log.info.mock.calls].filter(([, text]) => what.test(text)).length

  await cable.cut()
  // Committed meanwhile, so that several polls fail before it can be done.
  await jobs.enqueue(database.db, notes, { payload: { note: 'meanwhile' } })
  await eventually(() => expect(told(/cannot reach the database/)).toBe(1), 15_000)
  const cutAt = performance.now()
  await eventually(() => expect(performance.now() - cutAt).toBeGreaterThan(4_500), 6_000)
  expect(done).toEqual(['before'])
  await cable.mend()
  await eventually(() => expect(done).toEqual(['before', 'meanwhile']), 15_000)
  expect([told(/cannot reach the database/), told(/reach the database again/)]).toEqual([1, 1])
  expect(log.error).not.toHaveBeenCalled()
  await jobs.close({ graceMs: 1_000 })
  await cable.cut()
})

it('[M-11] a restart of the embedded server is survived', async () => {
  const dataDir = mkdtempSync('/tmp/portal-jobs-')
  const own = await openDatabase({ dataDir, log })
  await migrate(own.clientConfig)
  const ownEvents = createEvents({ clientConfig: own.clientConfig, log })
  await ownEvents.start()
  const jobs = createJobs({ clientConfig: own.clientConfig, events: ownEvents, log })
  const done: string[] = []
  jobs.work(notes, async ({ note }) => void done.push(note))
  await jobs.start()
  const postmaster = readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8')
  process.kill(Number.parseInt(postmaster, 10), 'SIGKILL')
  await eventually(() => jobs.enqueue(own.db, notes, { payload: { note: 'after' } }), 20_000)
  await eventually(() => expect(done).toContain('after'), 20_000)
  await jobs.close({ graceMs: 1_000 })
  await ownEvents.close()
  await own.close()
  rmSync(dataDir, { recursive: true, force: true })
})

it('[M-12] the schema pgboss is none of the portal’s own: what is generated from the migrations does not show it', async () => {
  const { readCatalogue } = await import('../db/generate/catalogue.ts')
  const client = new pg.Client(database.clientConfig)
  await client.connect()
  const before = await readCatalogue(client)
  await aWorker(() => {})
  expect(await rows()).toEqual([])
  expect(await readCatalogue(client)).toEqual(before)
  await client.end()
})
