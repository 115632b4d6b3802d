import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { writeChecked } from './checked-files.ts'
import type { BackedUpTable, Written } from './manifest.ts'

type Table = Pick<BackedUpTable, 'name' | 'columns'>
type Reference = { from: string; to: string }

const { escapeIdentifier } = pg
const columnList = ({ columns }: Table): string => columns.map(escapeIdentifier).join(', ')

/** Every table of the portal's own with the columns that are written to it, those that others refer to first. */
export async function listTables(client: pg.Client): Promise<Table[]> {
  const { rows: tables } = await client.query<Table>(
    `select relname as name, array_agg(attname::text order by attnum) as columns
     from pg_class join pg_attribute on attrelid = pg_class.oid
     where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition
       and attnum > 0 and not attisdropped and attgenerated = '' and relname <> 'schema_migrations'
     group by relname order by relname`,
  )
  const { rows: references } = await client.query<Reference>(
    `select distinct one.relname as from, other.relname as to
     from pg_constraint join pg_class one on one.oid = conrelid join pg_class other on other.oid = confrelid
     where contype = 'f' and conrelid <> confrelid and not one.relispartition`,
  )
  return inOrder(tables, references)
}

function inOrder(tables: readonly Table[], references: readonly Reference[]): Table[] {
  const placed = new Set<string>()
  const ordered: Table[] = []
  while (ordered.length < tables.length) {
    const next = tables.find(
      ({ name }) => !placed.has(name) && references.every(({ from, to }) => from !== name || placed.has(to)),
    )
    if (!next) throw new Error('Tables refer to each other in a circle: none can be restored first.')
    placed.add(next.name)
    ordered.push(next)
  }
  return ordered
}

/** Writes the rows that the client's transaction sees. */
export const writeTable = (client: pg.Client, path: string, table: Table): Promise<Written> =>
  writeChecked(
    path,
    // A partitioned table is read through a query.
    client.query(copyTo(`copy (select ${columnList(table)} from ${escapeIdentifier(table.name)}) to stdout`)),
    { isZipped: true },
  )

/** Reads them into the table, in the client's transaction. */
export const readTable = (client: pg.Client, path: string, table: Table): Promise<void> =>
  pipeline(
    createReadStream(path),
    createGunzip(),
    client.query(copyFrom(`copy ${escapeIdentifier(table.name)} (${columnList(table)}) from stdin`)),
  )
