import type pg from 'pg'

/** The names of the migrations that a database has, in order; none where no portal has used it yet. */
export async function appliedMigrations(on: Pick<pg.Client, 'query'>): Promise<string[]> {
  const { rows } = await on.query<{ there: boolean }>(
    `select to_regclass('schema_migrations') is not null as there`,
  )
  if (!rows[0]?.there) return []
  const { rows: applied } = await on.query<{ name: string }>(
    'select name from schema_migrations order by name',
  )
  return applied.map(({ name }) => name)
}
