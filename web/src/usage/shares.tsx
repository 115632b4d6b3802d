import { UnstyledButton } from '@mantine/core'
import type { UsageSummary } from '@portal/contract'
import { Section } from '../ui/index.ts'
import type { UsageSearch } from './asked.ts'
import { countText, moneyText, percentText } from './figures.ts'
import { keyName, userName } from './names.ts'
import { TableHead } from './table-head.tsx'
import classes from './tables.module.css'
import layout from './usage.module.css'

type FilterName = 'key' | 'model' | 'user'
type Choose = (filter: FilterName, value: string | undefined) => void

type SharesProps = {
  summary: UsageSummary
  search: UsageSearch
  /** Narrows the page to one of them, or widens it again. */
  onChoose: Choose
}

/** Who and what used how much. */
export function Shares({ summary: { byModel, byKey, byUser }, search, onChoose }: SharesProps) {
  const models = byModel.map((row) => ({ ...row, id: row.model, label: row.model }))
  const keys = byKey.map((row) => ({ ...row, id: row.keyId ?? 'none', label: keyName(row.keyId, row.name) }))
  const users = byUser.map((row) => ({ ...row, id: row.userId, label: userName(row.name) }))
  const table = (title: string, filter: FilterName, rows: readonly Row[]) => (
    <ShareTable
      title={title}
      rows={rows}
      chosen={search[filter]}
      onChoose={(id) => onChoose(filter, search[filter] === id ? undefined : id)}
    />
  )
  return (
    <div className={layout.pairs}>
      {table('By model', 'model', models)}
      {table('By key', 'key', keys)}
      {users.length > 0 && table('By user', 'user', users)}
    </div>
  )
}

type Row = { id: string; label: string; requests: number; tokens: number; cost: number; percentage: number }

type ShareTableProps = {
  title: string
  rows: readonly Row[]
  chosen: string | undefined
  onChoose: (id: string) => void
}

function ShareTable({ title, rows, chosen, onChoose }: ShareTableProps) {
  return (
    <Section title={title}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <section className={classes.scrolled} aria-label={`${title}, figures`} tabIndex={0}>
        <table className={classes.table} aria-label={title}>
          <TableHead of="Name" figures={['Requests', 'Cost', 'Share']} />
          <tbody>
            {rows.map(({ id, label, requests, cost, percentage }) => (
              <tr key={id} className={classes.choosable}>
                <th scope="row">
                  <UnstyledButton
                    className={classes.choose}
                    aria-pressed={chosen === id}
                    onClick={() => onChoose(id)}
                  >
                    {label}
                  </UnstyledButton>
                </th>
                <td data-align="right">{countText(requests)}</td>
                <td data-align="right">{moneyText(cost)}</td>
                <td data-align="right">
                  <Share percentage={percentage} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Section>
  )
}

const Share = ({ percentage }: { percentage: number }) => (
  <span className={classes.share}>
    {percentText(percentage)}
    <span className={classes.bar} aria-hidden>
      <span style={{ width: `${percentage}%` }} />
    </span>
  </span>
)
