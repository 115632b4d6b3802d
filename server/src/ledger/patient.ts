import type pg from 'pg'

const patienceMs = 30 * 60_000

type Query = <Row extends pg.QueryResultRow>(
  text: string,
  values?: readonly unknown[],
) => Promise<pg.QueryResult<Row>>

/** A transaction that nobody waits for: a statement of it may take half an hour. @throws what its queries do */
export async function inPatience<Result>(
  pool: pg.Pool,
  work: (query: Query) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query(`set local statement_timeout = ${patienceMs}`)
    const result = await work((text, values = []) =>
      // The driver reads query_timeout from here too (pg 8).
      client.query({ text, values: [...values], query_timeout: patienceMs } as pg.QueryConfig),
    )
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    client.release(error instanceof Error ? error : true)
    throw error
  }
}
