import pg from 'pg'
import type { HoldRow, RequestRow } from './rows.ts'
import { commitSql, correctSql } from './statement.ts'

/** What one commit writes. */
export type Batch = {
  rows: RequestRow[]
  holds: HoldRow[]
  /** Holds to drop. */
  drops: { startedAt: number[]; ids: string[] }
}

/** The ledger's own connection: commits wait behind nobody else's queries. Not for concurrent use. */
export class LedgerConnection {
  readonly #options: pg.ClientConfig
  readonly #onBreak: () => void
  readonly #timeoutMs: number
  #client: pg.Client | undefined

  constructor(options: { pool: pg.Pool; timeoutMs: number; onBreak: () => void }) {
    this.#options = options.pool.options
    this.#timeoutMs = options.timeoutMs
    this.#onBreak = options.onBreak
  }

  /** Commits a batch. After an error its outcome is unknown; to commit it again counts nothing twice. */
  async commit({ rows, holds, drops }: Batch): Promise<void> {
    const values = [JSON.stringify(rows), JSON.stringify(holds), drops.startedAt, drops.ids]
    const result = await this.#query({ name: 'ledger_commit', text: commitSql, values })
    const isNew = result.rows[0]?.inserted === rows.length
    // Some were there before: settled already, or swept while this node was thought dead.
    if (!isNew) await this.#query({ name: 'ledger_correct', text: correctSql, values: values.slice(0, 1) })
  }

  /** Tells the others that this node lives. */
  async beat(nodeId: string): Promise<void> {
    const text = 'insert into nodes (id) values ($1) on conflict (id) do update set heartbeat_at = now()'
    await this.#query({ name: 'ledger_beat', text, values: [nodeId] })
  }

  async signOff(nodeId: string): Promise<void> {
    await this.#query({ text: 'delete from nodes where id = $1', values: [nodeId] })
  }

  async close(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    await client?.end().catch(() => {})
  }

  async #query(config: pg.QueryConfig): Promise<pg.QueryResult> {
    const client = this.#client ?? (await this.#connect())
    try {
      // The driver reads query_timeout from here too (pg 8); without it a silent network would hold us for ever.
      return await client.query({ ...config, query_timeout: this.#timeoutMs } as pg.QueryConfig)
    } catch (error) {
      // Anything but a refused row leaves it open what has become of the connection.
      if (!isFault(error)) void this.close()
      throw error
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#options)
    const broken = () => {
      if (this.#client !== client) return
      this.#client = undefined
      this.#onBreak()
    }
    client.on('error', broken)
    client.on('end', broken)
    await client.connect()
    this.#client = client
    return client
  }
}

/** Whether PostgreSQL refused the content of a statement: what it says holds for every retry. */
export function isFault(error: unknown): boolean {
  return /^2[23]/.test(sqlState(error))
}

/** Whether a row's month has no partition yet. */
export function isPartitionMissing(error: unknown): boolean {
  return sqlState(error) === '23514' && error instanceof Error && /no partition/.test(error.message)
}

function sqlState(error: unknown): string {
  return error instanceof pg.DatabaseError ? (error.code ?? '') : ''
}
