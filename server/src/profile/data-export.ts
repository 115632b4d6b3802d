// Everything that is somebody's, as a zip that is written while it is read: an account may have millions of requests.
import { Readable } from 'node:stream'
import type { Kysely } from 'kysely'
import { ZipFile } from 'yazl'
import type { Tables } from '../db/index.ts'
import * as store from './export-store.ts'

/** The files of an export: a name, and its rows as they are read. */
type ExportFile = { name: string; rows: (db: Kysely<Tables>, userId: string) => AsyncIterable<object> }

const files: readonly ExportFile[] = [
  { name: 'profile.jsonl', rows: store.readProfile },
  { name: 'ways-to-sign-in.jsonl', rows: store.readAccounts },
  { name: 'passkeys.jsonl', rows: store.readPasskeys },
  { name: 'devices.jsonl', rows: store.readSessions },
  { name: 'organisations.jsonl', rows: store.readOrganisations },
  { name: 'api-keys.jsonl', rows: store.readKeys },
  { name: 'requests.jsonl', rows: store.readRequests },
  { name: 'activity.jsonl', rows: store.readActivity },
]

const readMe = `What the portal holds about you.

Each file has one JSON object a line. Secrets are left out: passwords and keys are stored as hashes, which open nothing.

${files.map(({ name }) => `- ${name}`).join('\n')}
`

/** The zip of somebody's data, as it is read. */
export function exportData(db: Kysely<Tables>, userId: string): Readable {
  const zip = new ZipFile()
  zip.addBuffer(Buffer.from(readMe), 'README.txt')
  for (const { name, rows } of files) {
    zip.addReadStreamLazy(name, { compress: true }, (take) => {
      take(null, Readable.from(linesOf(rows(db, userId))))
    })
  }
  zip.end()
  const out = new Readable().wrap(zip.outputStream)
  zip.on('error', (cause) => out.destroy(cause as Error))
  return out
}

async function* linesOf(rows: AsyncIterable<object>): AsyncIterable<string> {
  for await (const row of rows) yield `${JSON.stringify(row, asText)}\n`
}

const asText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value)
