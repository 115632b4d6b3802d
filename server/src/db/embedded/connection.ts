import pg from 'pg'
import { type Cluster, clusterDatabase, clusterUser } from './cluster.ts'

const patienceMs = 3_000

/** How a client reaches the cluster's server. */
export function connectionOf(cluster: Cluster, socketDir: string) {
  return {
    host: socketDir,
    port: 5432,
    user: clusterUser,
    database: clusterDatabase,
    password: cluster.password,
  } satisfies pg.ClientConfig
}

/** Marks connections that only ask how the server is. */
export const asker = 'llm-portal asks'

/** A connection for a question or two, given up after three seconds; rejects like its queries do. */
export async function ask<Answer>(
  config: pg.ClientConfig,
  questions: (client: pg.Client) => Promise<Answer>,
): Promise<Answer> {
  const client = new pg.Client({
    ...config,
    application_name: asker,
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  })
  client.on('error', () => {}) // the query that is running rejects
  try {
    await client.connect()
    return await questions(client)
  } finally {
    // Not awaited: a server that hangs would not answer the farewell either.
    client.end().catch(() => {})
  }
}

/** Empty when the server answers to our password, else the reason why not. */
export async function whyNoAnswer(cluster: Cluster, socketDir: string): Promise<string> {
  return ask(connectionOf(cluster, socketDir), (client) => client.query('select 1')).then(
    () => '',
    (error) => String(error),
  )
}
