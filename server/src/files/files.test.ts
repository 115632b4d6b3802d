import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { fileLimits } from '@portal/contract'
import { describe, expect, test } from 'vitest'
import { eventually, useOnePortal } from '../test/index.ts'
import { type AFile, filesOf, pixel } from './test-files.ts'

const { portal } = useOnePortal()

const somebody = async (plan: 'free' | 'enterprise' = 'enterprise') =>
  filesOf(portal(), (await portal().aKey({ plan })).secret)
const notes: AFile = { name: 'notes.txt', content: 'The heron stands still.' }
const megabyte = 1024 * 1024
const textOf = (bytes: number): Uint8Array<ArrayBuffer> => new Uint8Array(bytes).fill(97)

/** What lies in a folder of the portal's data, files alone. */
async function filesIn(folder: string): Promise<string[]> {
  const directory = join(portal().services.config.dataDir, folder)
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}
const nothingUploading = () => eventually(async () => expect(await filesIn('uploads')).toEqual([]))

describe('uploads', () => {
  test('[FU1] [FS2] a file comes back byte for byte, as an attachment that can run nothing', async () => {
    const ada = await somebody()
    const content = new Uint8Array(randomBytes(3 * megabyte))
    content.set(pixel)
    const { status, body } = await ada.upload({ name: 'Über “uns”.png', content })
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({
        name: 'Über “uns”.png',
        type: 'image/png',
        kind: 'image',
        size: content.length,
      }),
    ])
    const answer = await ada.get(body.url)
    const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    expect(sha(new Uint8Array(await answer.arrayBuffer()))).toBe(sha(content))
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': "attachment; filename*=UTF-8''%C3%9Cber%20%E2%80%9Cuns%E2%80%9D.png",
      'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none'/),
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, no-cache',
    })
  })

  test('[FS1] a browser asks before it shows what it has kept, and is told no more than that it may', async () => {
    const [ada, bob] = [await somebody(), await somebody()]
    const { id, url, thumbnailUrl } = await ada.aFile({ name: 'dot.png', content: pixel })
    for (const path of [url, thumbnailUrl ?? '']) {
      const { headers } = await ada.get(path)
      expect(headers.get('cache-control')).toBe('private, no-cache')
      const kept = { 'if-none-match': headers.get('etag') ?? '' }
      const again = await ada.get(path, kept)
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([
        304,
        '',
        headers.get('etag'),
      ])
      expect((await ada.get(path, { 'if-none-match': `"other", W/${kept['if-none-match']}` })).status).toBe(
        304,
      )
      expect((await ada.get(path, { 'if-none-match': '"other"' })).status).toBe(200)
      expect((await bob.get(path, kept)).status).toBe(404)
      expect((await fetch(portal().url + path, { headers: kept })).status).toBe(401)
    }
    await ada.send('DELETE', `/files/${id}`)
    expect((await ada.get(url, { 'if-none-match': `"files/${id}"` })).status).toBe(404)
  })

  test.each([
    ['bytes=0-4', 206, 'The h', 'bytes 0-4/23'],
    ['bytes=4-', 206, 'heron stands still.', 'bytes 4-22/23'],
    ['bytes=-6', 206, 'still.', 'bytes 17-22/23'],
    ['bytes=-600', 206, notes.content, 'bytes 0-22/23'],
    ['bytes=20-600', 206, 'll.', 'bytes 20-22/23'],
    ['bytes=23-', 416, '', 'bytes */23'],
    ['bytes=-0', 416, '', 'bytes */23'],
    ['bytes=5-2', 200, notes.content, null],
    ['bytes=0-1,4-5', 200, notes.content, null],
    ['lines=1-2', 200, notes.content, null],
  ])('[FS2] Range %s', async (range, ...told) => {
    const ada = await somebody()
    const { body } = await ada.upload(notes)
    const answer = await ada.get(body.url, { range })
    expect([answer.status, await answer.text(), answer.headers.get('content-range')]).toEqual(told)
  })

  test('[FU1] 50 MiB are taken, one byte more is a 413 that leaves nothing', async () => {
    const ada = await somebody()
    const most = await ada.upload({ name: 'most.txt', content: textOf(fileLimits.bytesMax) })
    expect([most.status, most.body.size]).toEqual([201, fileLimits.bytesMax])
    await ada.send('DELETE', `/files/${most.body.id}`)
    const more = await ada.upload({ name: 'more.txt', content: textOf(fileLimits.bytesMax + 1) })
    expect([more.status, more.body.code]).toEqual([413, 'body_too_large'])
    expect(more.body.error).toContain('“more.txt” is larger than the 50 MB')
    expect((await ada.list()).data).toEqual([])
    await nothingUploading()
  })

  test('[FU1] five files of a message are taken; of six none is, nor where one is bad', async () => {
    const ada = await somebody()
    const files = Array.from({ length: 6 }, (_, i) => ({ ...notes, name: `${i}.txt` }))
    const five = await ada.attach(...files.slice(0, 5))
    expect([five.status, five.body.attachments.map(({ name }: AFile) => name)]).toEqual([
      201,
      ['0.txt', '1.txt', '2.txt', '3.txt', '4.txt'],
    ])
    expect((await ada.attach(...files)).status).toBe(400)
    const bad = await ada.attach(notes, {
      name: 'tool.exe',
      content: Uint8Array.from([77, 90, 144, 0, 3, 0, 0, 0]),
    })
    expect([bad.status, bad.body.error]).toEqual([415, expect.stringContaining('“tool.exe” is of no type')])
    expect((await ada.upload(notes, notes)).status).toBe(400)
    expect((await ada.list()).data).toHaveLength(5)
    await nothingUploading()
  })

  test.each([
    ['page.png', '<!doctype html><script>alert(1)</script>', 415],
    ['picture.txt', pixel, 201],
    ['archive.zip', Uint8Array.from([80, 75, 3, 4, 20, 0, 0, 0, 0, 0]), 415],
    ['empty.txt', '', 400],
    ['nul.txt', 'a\0b', 415],
  ])('[FU2] %s is what its bytes say', async (name, content, status) => {
    const answer = await (await somebody()).upload({ name, content, type: 'image/png' })
    expect(answer.status).toBe(status)
    if (status === 201) expect(answer.body.type).toBe('image/png')
  })

  test.each([
    ['../../etc/passwd.txt', 'passwd.txt'],
    ['C:\\temp\\plan.txt', 'plan.txt'],
    ['a\u202etxt.exe.txt', 'atxt.exe.txt'],
    ['line\nbreak.txt', expect.stringMatching(/^line.*break\.txt$/)],
    [`${'x'.repeat(300)}.txt`, `${'x'.repeat(196)}.txt`],
    ['日本語.txt', '日本語.txt'],
  ])('[FU2] the name %j is %j', async (given, kept) => {
    const { status, body } = await (await somebody()).upload({ name: given, content: 'text' })
    expect([status, body.name]).toEqual([201, kept])
  })
})

/** Sends bytes as they are, and leaves in the middle where asked to. */
const sendRaw = (
  key: string,
  { type, body, leave = false }: { type: string; body: string; leave?: boolean },
): Promise<number> =>
  new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': type,
      ...(!leave && { 'content-length': Buffer.byteLength(body) }),
    }
    const req = request(`${portal().url}/api/files/upload`, { method: 'POST', headers }, (res) => {
      res.resume()
      res.on('end', () => resolve(res.statusCode ?? 0))
    })
    req.on('error', () => resolve(0))
    req.write(body)
    if (leave) setTimeout(() => req.destroy(), 50)
    else req.end()
  })

describe('broken forms', () => {
  const part = (head: string, content = 'text') => `--x\r\n${head}\r\n\r\n${content}\r\n`
  const file = part('content-disposition: form-data; name="file"; filename="a.txt"')
  test.each([
    ['no boundary', 'multipart/form-data', file],
    ['an empty boundary', 'multipart/form-data; boundary=', file],
    ['another boundary', 'multipart/form-data; boundary=y', file],
    ['no end', 'multipart/form-data; boundary=x', file],
    ['no part', 'multipart/form-data; boundary=x', '--x--\r\n'],
    ['nothing', 'multipart/form-data; boundary=x', ''],
    [
      'a field in place of a file',
      'multipart/form-data; boundary=x',
      `${part('content-disposition: form-data; name="file"')}--x--\r\n`,
    ],
    ['a part without headers', 'multipart/form-data; boundary=x', '--x\r\n\r\n--x--\r\n'],
    [
      'a part without a disposition',
      'multipart/form-data; boundary=x',
      `${part('content-type: text/plain')}--x--\r\n`,
    ],
    ['endless headers', 'multipart/form-data; boundary=x', `--x\r\n${'a: b\r\n'.repeat(20_000)}\r\n`],
    [
      'many fields',
      'multipart/form-data; boundary=x',
      `${part('content-disposition: form-data; name="a"').repeat(200)}--x--\r\n`,
    ],
    [
      'a long field name',
      'multipart/form-data; boundary=x',
      `${part(`content-disposition: form-data; name="${'n'.repeat(20_000)}"; filename`)}--x--\r\n`,
    ],
    ['JSON', 'application/json', '{}'],
    [
      'two content dispositions',
      'multipart/form-data; boundary=x',
      `${part('content-disposition: form-data\r\ncontent-disposition: form-data; name="__proto__"')}--x--\r\n`,
    ],
  ])('[FU3] %s is a 4xx, and the portal goes on', async (_, type, body) => {
    const { secret } = await portal().aKey()
    const status = await sendRaw(secret, { type, body })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    await nothingUploading()
    expect((await filesOf(portal(), secret).upload(notes)).status).toBe(201)
  })

  test('[FU3] nothing is left of what its sender left', async () => {
    const { secret } = await portal().aKey()
    await sendRaw(secret, { type: 'multipart/form-data; boundary=x', body: file.slice(0, -4), leave: true })
    await nothingUploading()
    expect((await filesOf(portal(), secret).list()).data).toEqual([])
  })
})

describe('storage', () => {
  const free = 1024 ** 3

  /** Somebody on the free plan with so many bytes left. */
  async function withRoom(bytes: number) {
    const { secret, owner } = await portal().aKey({ plan: 'free' })
    await portal().pool.query(
      `insert into files (id, organisation_id, user_id, name, media_type, kind, bytes, for_messages, status, created_at)
       values ($1, $2, $3, 'old', 'text/plain', 'document', $4, false, 'ready', now())`,
      [`fil_${owner.organisationId.slice(4)}`, owner.organisationId, owner.userId, free - bytes],
    )
    return { files: filesOf(portal(), secret), old: `fil_${owner.organisationId.slice(4)}` }
  }

  /** Uploads that have all found room before the first of them is stored. */
  async function allAtOnce<Answer>(count: number, upload: (i: number) => Promise<Answer>): Promise<Answer[]> {
    const unlock = await lockStoring()
    const answers = Promise.all(Array.from({ length: count }, (_, i) => upload(i)))
    const waiting = `select from pg_locks where relation = 'unowned_objects'::regclass and not granted`
    await eventually(async () =>
      expect((await portal().pool.query(waiting)).rows).toHaveLength(count),
    ).finally(unlock)
    return answers
  }

  /** Nobody stores an object until it is unlocked: it is written down first. */
  async function lockStoring(): Promise<() => Promise<void>> {
    const client = await portal().pool.connect()
    await client.query('begin; lock table unowned_objects in exclusive mode')
    return async () => {
      await client.query('rollback')
      client.release()
    }
  }

  test('[FQ1] the last byte of the plan is taken, the next is a 403 that says so', async () => {
    const { files, old } = await withRoom(10)
    expect((await files.upload({ name: 'a.txt', content: textOf(10) })).status).toBe(201)
    const { status, body } = await files.upload({ name: 'b.txt', content: 'b' })
    expect([status, body.code]).toEqual([403, 'plan_limit_reached'])
    expect(body.error).toContain('Your organisation may store 1 GB of files')
    expect(((await files.list()) as { storage: unknown }).storage).toEqual({
      usedBytes: free,
      limitBytes: free,
    })
    await files.send('DELETE', `/files/${old}`)
    expect((await files.upload({ name: 'b.txt', content: 'b' })).status).toBe(201)
  })

  test('[FQ1] of many that arrive at once as many as fit are taken', async () => {
    const { files } = await withRoom(30)
    const before = await filesIn('objects')
    const answers = await allAtOnce(8, (i) => files.upload({ name: `${i}.txt`, content: textOf(10) }))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 403, 403, 403, 403, 403])
    await nothingUploading()
    // Neither an object nor the intent to store one is left of the others.
    const kept = answers.flatMap(({ status, body }) => (status === 201 ? [body.id] : []))
    const newer = (await filesIn('objects')).filter((id) => !before.includes(id))
    expect(newer.sort()).toEqual(kept.sort())
    expect((await portal().pool.query('select file_id from unowned_objects')).rows).toEqual([])
  })

  test('[FU1] [FU4] what there is no room for is refused before anything is stored', async () => {
    const { files } = await withRoom(5)
    const unlock = await lockStoring()
    expect((await files.upload({ name: 'a.txt', content: textOf(10) }).finally(unlock)).status).toBe(403)
  })

  test('[FU4] a process that died leaves what it began to the next clean-up', async () => {
    const { id } = await (await somebody()).aFile(notes)
    await portal().pool.query('delete from files where id = $1', [id])
    expect(await filesIn('objects')).toContain(id)
    await portal().services.files.cleanUp()
    expect(await filesIn('objects')).not.toContain(id)
  })
})

describe('files', () => {
  test('[FS1] are their owner’s: listed, looked at, served and deleted by nobody else', async () => {
    const [ada, bob] = [await somebody(), await somebody()]
    const file = await ada.aFile({ name: 'dot.png', content: pixel })
    expect(file).toMatchObject({ status: 'ready', thumbnailUrl: `/api/files/${file.id}/thumbnail` })
    for (const path of ['', '/content', '/thumbnail']) {
      expect((await bob.get(`/api/files/${file.id}${path}`)).status).toBe(404)
      expect((await ada.get(`/api/files/${file.id}${path}`)).status).toBe(200)
    }
    expect((await bob.send('DELETE', `/files/${file.id}`)).status).toBe(404)
    expect((await bob.list()).data).toEqual([])
    expect((await ada.list()).data.map(({ id }) => id)).toEqual([file.id])
  })

  test('are listed the newest first, in pages, and found by a part of the name', async () => {
    const ada = await somebody()
    for (const name of ['a.txt', 'b.txt', '100%_c.txt']) await ada.upload({ ...notes, name })
    const first = await ada.list('?limit=2')
    expect(first.data.map(({ name }) => name)).toEqual(['100%_c.txt', 'b.txt'])
    const rest = await ada.list(`?limit=2&cursor=${first.nextCursor}`)
    expect([rest.data.map(({ name }) => name), rest.nextCursor]).toEqual([['a.txt'], null])
    expect((await ada.list('?search=%25_C')).data.map(({ name }) => name)).toEqual(['100%_c.txt'])
    expect((await ada.send('GET', '/files?cursor=nonsense')).status).toBe(400)
  })

  test('[FC2] what was not read within a day is given up', async () => {
    const ada = await somebody()
    const { id } = await ada.aFile(notes)
    const left = (age: string) =>
      portal().pool.query(
        `update files set status = 'reading', created_at = now() - $1::interval where id = $2`,
        [age, id],
      )
    const statusOf = async () => (await ada.send('GET', `/files/${id}`)).body
    await left('23 hours')
    await portal().services.files.cleanUp()
    expect((await statusOf()).status).toBe('reading')
    await left('25 hours')
    await portal().services.files.cleanUp()
    expect(await statusOf()).toMatchObject({ status: 'failed', note: 'took_too_long' })
  })

  test('[FS3] deleting one deletes its bytes', async () => {
    const ada = await somebody()
    const { id } = await ada.aFile({ name: 'dot.png', content: pixel })
    expect((await filesIn('objects')).filter((name) => name === id)).toHaveLength(2)
    expect((await ada.send('DELETE', `/files/${id}`)).status).toBe(200)
    expect((await ada.get(`/api/files/${id}/content`)).status).toBe(404)
    expect((await ada.send('DELETE', `/files/${id}`)).status).toBe(404)
    expect((await filesIn('objects')).filter((name) => name === id)).toEqual([])
  })

  test('[FS3] a small picture that was made while its file was deleted goes too', async () => {
    const { secret } = await portal().aKey()
    const deleting = await portal().pool.connect()
    const { body } = await filesOf(portal(), secret).upload({ name: 'dot.png', content: pixel })
    // Long before a process has started that draws it; what the reader writes down then waits for the end of this.
    await deleting.query('begin')
    await deleting.query('delete from files where id = $1', [body.id])
    const objectsOf = async () => (await filesIn('objects')).filter((name) => name === body.id)
    await eventually(async () => expect(await objectsOf()).toHaveLength(2))
    // As when the deletion had come to its end before the picture was stored.
    await deleting.query('delete from unowned_objects where file_id = $1', [body.id])
    await deleting.query('commit')
    deleting.release()
    await eventually(async () => expect(await objectsOf()).toEqual([]))
  })

  test('[FS3] what a reader that died left of a deleted file goes with the next try', async () => {
    const { id } = await (await somebody()).aFile({ name: 'dot.png', content: pixel })
    const { pool } = portal()
    await pool.query('delete from files where id = $1', [id])
    await pool.query('delete from unowned_objects where file_id = $1', [id])
    await pool.query(
      `update pgboss.job set state = 'retry', started_on = null, completed_on = null, start_after = now()
       where name = 'file-reading' and data ->> 'fileId' = $1`,
      [id],
    )
    await eventually(async () => expect(await filesIn('objects')).not.toContain(id), 20_000)
  })
})
