// How many uploads of one person may be under way, and when their places come back.
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { eventually, useOnePortal } from '../test/index.ts'
import { filesOf } from './test-files.ts'

const uploadsMax = 10

const { portal } = useOnePortal()

type Answer = { status: number; body: { code?: string; error?: string }; retryAfter: string | undefined }
type Begun = { req: ClientRequest; answered: Promise<Answer>; isAnswered: () => boolean }

const formBegins = (name: string, content: string) =>
  `--x\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n\r\n${content}`
const formEnds = ' and half\r\n--x--\r\n'

/** Sends the first half of a form, and leaves it at that. */
async function begin(
  key: string,
  { path = '/files/upload', name = 'note.txt', content = 'half' } = {},
): Promise<Begun> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'multipart/form-data; boundary=x' }
  const req = request(`${portal().url}/api${path}`, { method: 'POST', agent: false, headers })
  let isAnswered = false
  const answered = once(req, 'response').then(async ([res]: IncomingMessage[]) => {
    isAnswered = true
    if (!res) throw new Error('There is no response.')
    const body = (await json(res)) as Answer['body']
    return { status: res.statusCode ?? 0, body, retryAfter: res.headers['retry-after'] }
  })
  answered.catch(() => {})
  // Who was refused is no longer listened to.
  req.on('error', () => {})
  await new Promise<void>((resolve) => req.write(formBegins(name, content), () => resolve()))
  return { req, answered, isAnswered: () => isAnswered }
}

const beginMany = (key: string, count: number): Promise<Begun[]> =>
  Promise.all(
    Array.from({ length: count }, (_, i) => begin(key, i % 2 === 0 ? {} : { path: '/chat/attachments' })),
  )

/** As many as are being received lie in this folder. */
const receiving = (count: number) =>
  eventually(async () => {
    const folder = join(portal().services.config.dataDir, 'uploads')
    expect(await readdir(folder).catch(() => [])).toHaveLength(count)
  })

async function end({ req, answered }: Begun): Promise<Answer> {
  req.end(formEnds)
  return answered
}

const endAll = async (begun: Begun[]) => {
  for (const { status } of await Promise.all(begun.map(end))) expect(status).toBe(201)
}

/** Takes every place there is, and shows that there is not one more. */
async function takeAll(key: string): Promise<Begun[]> {
  const taken = await beginMany(key, uploadsMax)
  await receiving(uploadsMax)
  expect((await (await begin(key)).answered).status).toBe(429)
  expect(taken.some((each) => each.isAnswered())).toBe(false)
  return taken
}

test('[FU5] ten uploads of one person are taken; the next hears at once why it is not, and others are not held up', async () => {
  const [{ secret: ada }, { secret: bob }] = [await portal().aKey(), await portal().aKey()]
  const taken = await beginMany(ada, uploadsMax)
  await receiving(uploadsMax)
  const refused = await (await begin(ada)).answered
  expect(refused).toMatchObject({ status: 429, retryAfter: '2' })
  expect(refused.body).toMatchObject({
    code: 'rate_limit_exceeded',
    error: '10 uploads of yours are under way. Wait for one to end.',
  })
  expect((await filesOf(portal(), bob).upload({ name: 'b.txt', content: 'b' })).status).toBe(201)
  await endAll(taken)
})

test('[FU5] of many that arrive at once ten are taken', async () => {
  const { secret } = await portal().aKey()
  const begun = await beginMany(secret, 3 * uploadsMax)
  await eventually(() => expect(begun.filter((each) => each.isAnswered())).toHaveLength(2 * uploadsMax))
  await receiving(uploadsMax)
  const [refused, taken] = [true, false].map((is) => begun.filter((each) => each.isAnswered() === is))
  for (const { status } of await Promise.all((refused ?? []).map(({ answered }) => answered)))
    expect(status).toBe(429)
  await endAll(taken ?? [])
  expect((await filesOf(portal(), secret).list()).data).toHaveLength(uploadsMax)
})

test('[FU5] a place comes back after an end, after its sender has left, and after a failure', async () => {
  const { secret } = await portal().aKey()
  await endAll(await takeAll(secret))

  for (const { req } of await takeAll(secret)) req.destroy()
  await receiving(0)
  expect((await filesOf(portal(), secret).upload({ name: 'a.txt', content: 'a' })).status).toBe(201)

  const [first, ...others] = await takeAll(secret)
  await endAll(others)
  const bad = Array.from({ length: uploadsMax - 1 }, () =>
    begin(secret, { name: 'tool.exe', content: program }),
  )
  for (const { status } of await Promise.all((await Promise.all(bad)).map(end))) expect(status).toBe(415)
  await endAll(first ? [first] : [])

  await endAll(await takeAll(secret))
})

/** What no type is known of. */
const program = 'MZ\0\x03'
