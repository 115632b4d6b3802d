import { Group, Stack, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { ReactNode } from 'react'
import classes from './data-table.module.css'

/** One column. The first stands as the title of a row's card on phones, those without header beside it. */
export type Column<Row> = {
  key: string
  header: string
  /** The header is said, not shown. */
  isHeaderHidden?: boolean
  align?: 'right'
  render: (row: Row) => ReactNode
}

type DataTableProps<Row> = {
  /** What the rows are, for those who cannot see the page. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string
}

/** Rows as a table, and as cards where there is no room for one. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const isNarrow = useMediaQuery('(max-width: 62em)', undefined, { getInitialValueInEffect: false })
  return isNarrow ? <Cards {...props} /> : <WideTable {...props} />
}

function WideTable<Row>({ caption, columns, rows, keyOf }: DataTableProps<Row>) {
  return (
    <div className={classes.frame}>
      <table aria-label={caption} className={classes.table}>
        <thead>
          <tr>
            {columns.map(({ key, header, isHeaderHidden, align }) => (
              <th key={key} scope="col" data-align={align}>
                {isHeaderHidden ? <span className={classes.hidden}>{header}</span> : header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ key, align, render }) => (
                <td key={key} data-align={align}>
                  {render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Cards<Row>({ caption, columns, rows, keyOf }: DataTableProps<Row>) {
  return (
    <Stack component="ul" gap="sm" aria-label={caption} className={classes.cards}>
      {rows.map((row) => (
        <Card key={keyOf(row)} columns={columns} row={row} />
      ))}
    </Stack>
  )
}

function Card<Row>({ columns, row }: { columns: readonly Column<Row>[]; row: Row }) {
  const [title, ...others] = columns
  const corner = others.filter(({ isHeaderHidden }) => isHeaderHidden)
  const facts = others.filter(({ isHeaderHidden }) => !isHeaderHidden)
  return (
    <li className={classes.card}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" mb="xs">
        <div className={classes.cardTitle}>{title?.render(row)}</div>
        {corner.map(({ key, render }) => (
          <div key={key} className={classes.corner}>
            {render(row)}
          </div>
        ))}
      </Group>
      <dl className={classes.facts}>
        {facts.map(({ key, header, render }) => (
          <div key={key} className={classes.fact}>
            <Text component="dt" size="sm" c="dimmed">
              {header}
            </Text>
            <dd className={classes.value}>{render(row)}</dd>
          </div>
        ))}
      </dl>
    </li>
  )
}
