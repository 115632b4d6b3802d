import pg from 'pg'

/** Works on a connection of its own, outside of every pool; rejects like its queries do. */
export async function withClient<Result>(
  config: pg.ClientConfig,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client(config)
  client.on('error', () => {}) // the query that is running rejects
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
