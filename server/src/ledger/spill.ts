// Settlements that the database could not take in time, on disk until it can. Every write is a new file that
// appears under its final name only when whole and synced, so that any node may replay and delete it.
import { constants } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Log } from '../log/index.ts'
import type { RequestRow } from './rows.ts'

const WHOLE = '.jsonl'
const PART = '.part'
const REFUSED = '.refused'

/** The spilled rows of one file. */
export type SpillFile = { rows: RequestRow[]; remove(): Promise<void> }

export class Spill {
  readonly #dir: string
  readonly #nodeId: string
  readonly #log: Log
  #files = 0
  readonly #waiting = new Set<string>()

  constructor(options: { dir: string; nodeId: string; log: Log }) {
    this.#dir = options.dir
    this.#nodeId = options.nodeId
    this.#log = options.log
  }

  /** How many files wait to be replayed, as of the last look and what was written since. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Resolves when the rows would survive a power cut. */
  write(rows: readonly RequestRow[]): Promise<void> {
    return this.#write(rows, WHOLE)
  }

  /** Puts aside, for a human, a row that the database refuses for what it says. */
  refuse(row: RequestRow): Promise<void> {
    return this.#write([row], REFUSED)
  }

  /** Files to replay. A half-written one counts when its writer must be dead: it is `partAgeMinMs` old. */
  async *read(partAgeMinMs: number): AsyncGenerator<SpillFile> {
    for (const name of await this.#look(partAgeMinMs)) {
      const path = join(this.#dir, name)
      const text = await readFile(path, 'utf8').catch(nullIfGone)
      if (text === null) this.#waiting.delete(name)
      else yield { rows: this.#parse(text, path), remove: () => this.#remove(path) }
    }
  }

  async #look(partAgeMinMs: number): Promise<string[]> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    const before = [...this.#waiting]
    const due: string[] = []
    for (const name of (await readdir(this.#dir)).sort()) {
      const isPart = name.endsWith(PART)
      if (name.endsWith(WHOLE) || (isPart && (await ageMs(join(this.#dir, name))) >= partAgeMinMs))
        due.push(name)
    }
    for (const name of before) this.#waiting.delete(name)
    for (const name of due) this.#waiting.add(name)
    return due
  }

  #parse(text: string, path: string): RequestRow[] {
    const rows: RequestRow[] = []
    for (const line of text.split('\n')) {
      if (line === '') continue
      try {
        rows.push(JSON.parse(line) as RequestRow)
      } catch {
        this.#log.warn({ path, line }, 'a torn line of a spill file was skipped')
      }
    }
    return rows
  }

  async #write(rows: readonly RequestRow[], extension: string): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    const path = join(this.#dir, `${this.#nodeId}.${String(this.#files++).padStart(6, '0')}`)
    const file = await open(path + PART, 'wx', 0o600)
    try {
      await file.writeFile(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(path + PART, path + extension)
    if (extension === WHOLE) this.#waiting.add(basename(path + WHOLE))
    await this.#syncDir()
  }

  async #remove(path: string): Promise<void> {
    await unlink(path).catch(nullIfGone)
    this.#waiting.delete(basename(path))
    await this.#syncDir()
  }

  // A file's name is as durable as its directory.
  async #syncDir(): Promise<void> {
    const dir = await open(this.#dir, constants.O_RDONLY)
    await dir.sync().finally(() => dir.close())
  }
}

const ageMs = async (path: string): Promise<number> => {
  const found = await stat(path).catch(nullIfGone)
  return found ? Date.now() - found.mtimeMs : -1
}

// Another node was faster.
function nullIfGone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
