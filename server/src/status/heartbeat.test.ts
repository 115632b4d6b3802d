// What the portal finds out about itself: real probes of a real portal, and a provider that fails.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { moveClock } from '../sign-in/test-people.ts'
import { chatRequest, eventually, startPortal } from '../test/index.ts'
import { minuteMs } from './minute.ts'
import { useStatus } from './test-status.ts'

const { portal, cluster, status, minutes, report, stateOf, forgetAll } = useStatus()
const model = 'model:test-model'

beforeEach(forgetAll)

/** Puts a file where the folder of probes has to be: nobody, root included, can store anything there. */
async function blockStorage() {
  const path = join(portal().services.config.dataDir, 'objects', 'status')
  await rm(path, { recursive: true, force: true })
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, 'in the way')
  return () => rm(path)
}

test('[ST1] a beat probes everything for real, and records its minute once', async () => {
  await status().beat()
  await status().beat()
  const { rows } = await portal().pool.query('select * from status_minutes order by component')
  expect(rows.map(({ component, state }) => [component, state])).toEqual([
    ['api', 'operational'],
    ['chat', 'operational'],
    ['files', 'operational'],
    [model, 'operational'],
  ])
  expect(rows.slice(0, 3).every(({ latency_ms }) => latency_ms >= 0)).toBe(true)
  const { state, sentence, components } = await report()
  expect([state, sentence]).toEqual(['operational', 'Everything works.'])
  expect(components.map(({ name }) => name)).toEqual(['API', 'Chat', 'File storage', 'test-model'])
})

test('[ST1] [ST11] files are down while nothing can be stored, which opens an incident and closes it', async () => {
  await minutes(1)
  const unblock = await blockStorage()
  await minutes(2)
  expect(await stateOf('files')).toBe('down')
  expect(await stateOf('api')).toBe('operational')
  expect((await report()).sentence).toBe('File storage is down.')
  expect((await report()).incidents).toEqual([])
  await minutes(1)
  const [incident] = (await report()).incidents
  expect(incident).toMatchObject({
    title: 'File storage is down',
    impact: 'down',
    automatic: true,
    endsAt: null,
  })
  expect(incident?.components).toEqual([{ id: 'files', name: 'File storage' }])
  await unblock()
  await minutes(4)
  expect((await report()).incidents[0]?.endsAt).toBeNull()
  await minutes(1)
  const [closed] = (await report()).incidents
  expect(closed?.updates.map(({ stage }) => stage)).toEqual(['resolved', 'investigating'])
  expect((await report()).sentence).toBe('Everything works.')
})

test('[ST1] once it is started, it looks at once and in every minute', async () => {
  const minute = Math.ceil(Date.now() / minuteMs) * minuteMs
  moveClock(minute + minuteMs - 50 - Date.now())
  status().start()
  moveClock(2_000)
  const recorded = async () => {
    const { rows } = await portal().pool.query('select distinct minute from status_minutes order by 1')
    return rows.map((row) => row.minute.getTime())
  }
  // The first is of the minute in which it was started.
  await eventually(async () => expect(await recorded()).toEqual([minute, minute + minuteMs]))
  await status().close()
})

test('[ST1] the API is down when its own door does not open', async () => {
  portal().services.listensAt('http://127.0.0.1:9')
  await status().beat()
  portal().services.listensAt(portal().url)
  expect(await stateOf('api')).toBe('down')
  expect(await stateOf('chat')).toBe('down')
  expect(await stateOf('files')).toBe('operational')
})

test('[ST4] [ST11] minutes in which nothing was recorded are down, told of when they are over', async () => {
  await minutes(3)
  moveClock(3 * minuteMs)
  status().forget()
  expect((await report()).sentence).toMatch(/are down/)
  moveClock(7 * minuteMs)
  await status().beat()
  const { components, incidents } = await report()
  for (const { name, days } of components) expect([name, days.at(-1)?.downMinutes]).toEqual([name, 9])
  expect(incidents).toHaveLength(1)
  expect(incidents[0]).toMatchObject({ title: 'The portal did not run', impact: 'down' })
  expect(incidents[0]?.updates[0]).toMatchObject({
    stage: 'resolved',
    text: expect.stringContaining('It runs again, after 9 minutes.'),
  })
  expect(incidents[0]?.components).toHaveLength(4)
  expect(components.every(({ state }) => state === 'operational')).toBe(true)
})

describe('by the ledger', () => {
  let key: string
  const ask = async (times: number, body: object = chatRequest({ model: 'test-model' })) => {
    const answers = await Promise.all(Array.from({ length: times }, () => portal().post({ key, body })))
    await Promise.all(answers.map((answer) => answer.arrayBuffer()))
    // Rows of failures are not waited for.
    await eventually(() => expect(portal().held().openLeases).toBe(0))
    return answers.map(({ status: code }) => code)
  }
  beforeEach(async () => {
    await portal().pool.query('delete from ledger_requests')
    portal().upstream.setDefault({ kind: 'answer', text: 'Hello' })
    key = (await portal().aKey()).secret
    await ask(1)
    await portal().pool.query('delete from ledger_requests')
  })

  test('[ST2] [ST11] a provider that fails opens an incident by itself, and one that answers again closes it', async () => {
    await minutes(1)
    portal().upstream.setDefault({ kind: 'status', status: 503 })
    expect(await ask(4)).toEqual([503, 503, 503, 503])
    await eventually(async () =>
      expect(await portal().ledgerRows(`status = 'upstream_error'`)).toHaveLength(4),
    )
    await minutes(3)
    expect(await stateOf(model)).toBe('down')
    expect(await stateOf('api')).toBe('operational')
    const [incident] = (await report()).incidents
    expect(incident).toMatchObject({
      title: 'test-model is down',
      components: [{ id: model, name: 'test-model' }],
    })
    expect(incident?.updates[0]?.text).toMatch(/^100 % of its requests/)
    // Nobody asks any more: that is no sign of health.
    await minutes(8)
    expect(await stateOf(model)).toBe('down')
    portal().upstream.setDefault({ kind: 'answer', text: 'Hello' })
    await ask(2)
    await minutes(5)
    expect((await report()).incidents[0]?.endsAt).not.toBeNull()
    expect(await stateOf(model)).toBe('operational')
  }, 40_000)

  test('[ST2] what clients get wrong, and what they cancel, is nobody’s failure', async () => {
    portal().upstream.setDefault({ kind: 'status', status: 400 })
    expect(await ask(6)).toEqual([400, 400, 400, 400, 400, 400])
    expect(await ask(6, { model: 'test-model' })).toEqual([400, 400, 400, 400, 400, 400])
    portal().upstream.setDefault({ kind: 'hang', after: 3, text: 'one two three' })
    for (let n = 0; n < 4; n++) {
      const leaving = new AbortController()
      const { body } = await portal().post({
        key,
        body: chatRequest({ model: 'test-model', stream: true }),
        signal: leaving.signal,
      })
      await body?.getReader().read()
      leaving.abort()
    }
    await eventually(async () => {
      expect(await portal().ledgerRows(`status = 'client_cancelled'`)).toHaveLength(4)
      expect(await portal().ledgerRows(`status = 'upstream_error'`)).toHaveLength(6)
    })
    await minutes(4)
    expect(await stateOf(model)).toBe('operational')
    expect((await report()).incidents).toEqual([])
  }, 40_000)

  /** Copies of a request that was answered, with another end. */
  const endings = (count: number, change: object) =>
    portal().pool.query(
      `insert into ledger_requests
       select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()) || $2)).*
       from ledger_requests r, generate_series(1, $1)
       where r.id = (select id from ledger_requests where status = 'ok' limit 1)`,
      [count, change],
    )
  const incidents = async () =>
    (await report()).incidents.map(({ title, endsAt }) => [title, endsAt !== null])

  test('[ST20] requests that fail in the portal open an incident, though every probe succeeds', async () => {
    await ask(1)
    await endings(4, { status: 'portal_error', error_code: 'internal' })
    await minutes(1)
    expect([await stateOf('api'), await stateOf('chat')]).toEqual(['operational', 'operational'])
    await endings(1, { status: 'node_died' })
    await minutes(2)
    expect([await stateOf('api'), await stateOf('chat'), await stateOf(model)]).toEqual([
      ...['down', 'operational', 'operational'],
    ])
    await minutes(1)
    const [incident] = (await report()).incidents
    expect(incident).toMatchObject({ title: 'API is down', components: [{ id: 'api' }] })
    expect(incident?.updates[0]?.text).toMatch(/^83 % of requests of the last five minutes failed\./)
    await minutes(6)
    expect(await incidents()).toEqual([['API is down', true]])
  })

  test('[ST20] chats are judged by their own requests, and have problems from one in twenty on', async () => {
    await ask(1)
    await endings(94, { purpose: 'chat' })
    await endings(5, { purpose: 'title', status: 'portal_error', error_code: 'internal' })
    await minutes(1)
    expect([await stateOf('chat'), await stateOf('api')]).toEqual(['degraded', 'operational'])
    await endings(10, { purpose: 'chat' })
    await minutes(1)
    expect(await stateOf('chat')).toBe('operational')
  })

  test('[ST20] what a restart cut off, and what turned out to be answered, is no failure', async () => {
    await ask(1)
    await endings(20, { status: 'portal_error', error_code: 'draining' })
    await endings(20, { status: 'node_died' })
    await portal().pool.query(
      `insert into ledger_requests select (jsonb_populate_record(r, '{"correction": 1, "status": "ok"}')).*
       from ledger_requests r where status = 'node_died'`,
    )
    await minutes(1)
    expect(await stateOf('api')).toBe('operational')
  })

  test('[ST2] a few failures among many answers are problems, not an outage', async () => {
    await ask(20)
    portal().upstream.setDefault({ kind: 'status', status: 500 })
    await ask(3)
    portal().upstream.setDefault({ kind: 'answer', text: 'Hello' })
    await ask(1)
    await minutes(1)
    expect(await stateOf(model)).toBe('degraded')
  }, 40_000)

  test('[ST3] a key of the operator’s pays for one token of each model that nobody asks, every minute', async () => {
    const quiet = portal().upstream.requests.length
    await minutes(1)
    expect(portal().upstream.requests).toHaveLength(quiet)
    const calling = await startPortal({ cluster: cluster(), env: { STATUS_API_KEY: key } })
    const beat = async () => {
      moveClock(minuteMs)
      await calling.services.status.beat()
    }
    const stateOfModel = async () =>
      (await calling.services.status.report()).components.find(({ id }) => id === model)?.state
    try {
      const own = await calling.aKey()
      await calling.pool.query('update api_key_secrets set hash = sha256($1) where key_id = $2', [
        ...[Buffer.from(key), own.id],
      ])
      await beat()
      expect(calling.upstream.requests.map(({ body }) => body)).toMatchObject([{ max_tokens: 1 }])
      expect(await calling.ledgerRows()).toMatchObject([{ status: 'ok', key_id: own.id, output_tokens: 1n }])
      // It was answered in the last minutes.
      await beat()
      expect(calling.upstream.requests).toHaveLength(1)
      calling.upstream.setDefault({ kind: 'status', status: 500 })
      moveClock(5 * minuteMs)
      await beat()
      expect(calling.upstream.requests.length).toBeGreaterThan(1)
      expect(await stateOfModel()).toBe('operational')
      await beat()
      await beat()
      expect(await stateOfModel()).toBe('down')
    } finally {
      await calling.close()
    }
  }, 40_000)
})
