import { dirname, join } from 'node:path'
import pg from 'pg'
import { startTestCluster } from '../test-database.ts'
import { readCatalogue } from './catalogue.ts'
import { renderSchemaSql } from './schema-sql.ts'
import { renderTablesTs } from './tables-ts.ts'

/** A file and what belongs into it. */
export interface GeneratedFile {
  path: string
  content: string
}

/** Migrates a throwaway database and describes it: `schema.sql` for people, `tables.gen.ts` for the compiler. */
export async function generateSchema(): Promise<GeneratedFile[]> {
  const folder = dirname(import.meta.dirname)
  const cluster = await startTestCluster()
  try {
    const client = new pg.Client((await cluster.createDatabase()).clientConfig)
    await client.connect()
    const catalogue = await readCatalogue(client)
    await client.end()
    return [
      { path: join(folder, 'schema.sql'), content: renderSchemaSql(catalogue) },
      { path: join(folder, 'tables.gen.ts'), content: renderTablesTs(catalogue) },
    ]
  } finally {
    await cluster.stop()
  }
}
