import pg from 'pg'

const { builtins } = pg.types
const int8Array = 1016 as typeof builtins.INT8
const dateArray = 1182 as typeof builtins.DATE

/**
 * How columns arrive in JavaScript: int8 as bigint, numeric as string (both exact), timestamptz as Date, json and
 * jsonb parsed, and date as 'YYYY-MM-DD' because the driver's Date would shift with the local time zone.
 */
export const columnTypes = new pg.TypeOverrides()
columnTypes.setTypeParser(builtins.INT8, BigInt)
columnTypes.setTypeParser(int8Array, (text) => parseArray(text, BigInt))
columnTypes.setTypeParser(builtins.DATE, String)
columnTypes.setTypeParser(dateArray, (text) => parseArray(text, String))

function parseArray<Item>(text: string, parseItem: (item: string) => Item): (Item | null)[] {
  if (text === '{}') return []
  return text
    .slice(1, -1)
    .split(',')
    .map((item) => (item === 'NULL' ? null : parseItem(item)))
}
