// Where mails go while no mail server is connected: a folder, one file each, for people who try the portal out.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listPage, mailPage } from './page.ts'
import { linksOf, type StoredMail } from './stored-mail.ts'

const keptMax = 200

/** What is known of a mail that is sent. */
type Arriving = Omit<StoredMail, 'sentAt' | 'from' | 'links'> & { from: { name: string; address: string } }

/** Which mails are asked for: those to an address, or the one with an id. */
type Only = { to?: string | undefined; mail?: string | undefined }

/** A mailbox for every address. */
export type SandboxMailbox = {
  /** Keeps a mail, instead of sending it; the newest 200 stay. */
  deliver: (mail: Arriving) => Promise<void>
  /** Newest first. */
  list: (only?: Only) => Promise<StoredMail[]>
  listPage: typeof listPage
  mailPage: typeof mailPage
}

/** Opens the mailbox in a folder, which is made with the first mail and which only its owner can read. */
export function createMailbox({
  directory,
  now = Date.now,
}: {
  directory: string
  now?: () => number
}): SandboxMailbox {
  return {
    async deliver({ from, ...mail }) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const sentAt = new Date(now()).toISOString()
      const stored: StoredMail = { ...mail, from: addressLine(from), sentAt, links: linksOf(mail.text) }
      await write(directory, stored)
      await removeOldest(directory)
    },
    async list({ to, mail } = {}) {
      const names = (await namesIn(directory)).reverse()
      const wanted = mail === undefined ? names : names.filter((name) => name === `${mail}.json`)
      const mails = await Promise.all(wanted.map((name) => read(join(directory, name))))
      const address = to?.trim().toLowerCase()
      return mails
        .filter((each) => each !== null)
        .filter((each) => !address || each.to.toLowerCase() === address)
    },
    listPage,
    mailPage,
  }
}

const addressLine = ({ name, address }: Arriving['from']): string => (name ? `${name} <${address}>` : address)

/** Ours alone: ids are made by the portal and sort by time. */
const fileName = /^mail_[0-9a-z]{26}\.json$/

async function write(directory: string, mail: StoredMail): Promise<void> {
  const name = `${mail.id}.json`
  if (!fileName.test(name)) throw new Error('This id is none of the portal’s.')
  const unfinished = join(directory, `${name}.part`)
  await writeFile(unfinished, JSON.stringify(mail, null, 2), { mode: 0o600 })
  await rename(unfinished, join(directory, name))
}

/** Oldest first. */
async function namesIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.filter((name) => fileName.test(name)).sort()
}

async function removeOldest(directory: string): Promise<void> {
  const surplus = (await namesIn(directory)).slice(0, -keptMax)
  await Promise.all(surplus.map((name) => rm(join(directory, name), { force: true })))
}

/** Null for what was removed meanwhile, or is no mail. */
async function read(path: string): Promise<StoredMail | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return null
  }
}
