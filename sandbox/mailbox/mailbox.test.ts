import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMailbox, type SandboxMailbox } from './index.ts'

let folder: string
let directory: string
let mailbox: SandboxMailbox

beforeEach(() => {
  folder = mkdtempSync('/tmp/portal-mailbox-')
  directory = join(folder, 'mailbox')
  mailbox = createMailbox({ directory, now: () => Date.parse('2026-11-22T06:20:00Z') })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const idOf = (number: number) => `mail_${String(number).padStart(26, '0')}`
const aMail = (number = 1, more: object = {}) => ({
  id: idOf(number),
  kind: 'reset-password',
  from: { name: 'LLM Portal', address: 'portal@localhost' },
  to: 'ada@example.com',
  subject: `Mail ${number}`,
  text: 'See http://127.0.0.1:3000/a?token=1&b=2\nand http://127.0.0.1:3000/b.',
  html: '<!doctype html><html><head></head><body><p>Hello</p></body></html>',
  ...more,
})

describe('[M-24] the mailbox', () => {
  it('is empty at first, and keeps what it gets for the next process, newest first', async () => {
    expect(await mailbox.list()).toEqual([])
    await mailbox.deliver(aMail(1))
    await mailbox.deliver(aMail(2))
    const later = createMailbox({ directory })
    expect((await later.list()).map(({ subject }) => subject)).toEqual(['Mail 2', 'Mail 1'])
    expect((await later.list())[1]).toEqual({
      ...aMail(1),
      from: 'LLM Portal <portal@localhost>',
      sentAt: '2026-11-22T06:20:00.000Z',
      links: ['http://127.0.0.1:3000/a?token=1&b=2', 'http://127.0.0.1:3000/b'],
    })
  })

  it('shows the mails to one address, or one mail', async () => {
    await mailbox.deliver(aMail(1))
    await mailbox.deliver(aMail(2, { to: 'bob@example.com' }))
    const ids = async (only: object) => (await mailbox.list(only)).map(({ id }) => id)
    expect(await ids({ to: ' Bob@Example.com ' })).toEqual([idOf(2)])
    expect(await ids({ to: '' })).toEqual([idOf(2), idOf(1)])
    expect(await ids({ to: 'nobody@example.com' })).toEqual([])
    expect(await ids({ mail: idOf(1) })).toEqual([idOf(1)])
    for (const mail of ['../../etc/passwd', '', 'mail_', idOf(3)]) expect(await ids({ mail })).toEqual([])
  })

  it('keeps the newest 200, a mail that comes again once, and nobody else can read them', async () => {
    await Promise.all(Array.from({ length: 205 }, (_, i) => mailbox.deliver(aMail(i))))
    await mailbox.deliver(aMail(204, { subject: 'again' }))
    const mails = await mailbox.list()
    expect(mails).toHaveLength(200)
    expect(mails[0]?.subject).toBe('again')
    expect(mails.at(-1)?.id).toBe(idOf(5))
    expect(readdirSync(directory)).toHaveLength(200)
    expect(statSync(directory).mode & 0o077).toBe(0)
    expect(statSync(join(directory, `${idOf(204)}.json`)).mode & 0o077).toBe(0)
  })

  it('names its files itself, and passes over what is no mail', async () => {
    await expect(mailbox.deliver(aMail(1, { id: '../x' }))).rejects.toThrow()
    await mailbox.deliver(aMail(1))
    writeFileSync(join(directory, `${idOf(2)}.json`), '{"half')
    writeFileSync(join(directory, 'notes.txt'), 'x')
    expect((await mailbox.list()).map(({ id }) => id)).toEqual([idOf(1)])
  })
})

describe('[M-26] its pages', () => {
  const stored = { ...aMail(), from: 'a', sentAt: '2026-11-22T06:20:00.000Z', links: [] }
  const nasty = { ...stored, to: '"><script>alert(1)</script>', subject: '</title><script>alert(2)</script>' }

  it('hold no script and let none of a mail out of its frame', () => {
    const html = '<head></head><script>alert(3)</script>"></iframe><script>alert(4)</script>'
    const text = '<script>alert(5)</script> http://127.0.0.1/"onclick="x'
    const pages = [
      mailbox.listPage([nasty], '"><script>alert(6)</script>'),
      mailbox.mailPage({ ...nasty, html, text, kind: '<b>', from: '<b>' }),
    ]
    for (const page of pages) expect(page).not.toMatch(/<script|<b>|onclick="/)
    expect(pages[1]).toMatch(/<iframe [^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/)
  })

  it('make links of the addresses in the text, and open those of the mail outside of its frame', () => {
    const page = mailbox.mailPage(stored)
    expect(page).toContain('<a href="http://127.0.0.1:3000/a?token=1&#38;b=2">')
    expect(page).toContain('&#60;base target=&#34;_blank&#34;&#62;')
  })

  it('say that there is nothing where there is nothing', () => {
    expect(mailbox.listPage([], undefined)).toContain('There is no mail yet.')
  })
})
