import { UnstyledButton } from '@mantine/core'
import type { UsageSummary } from '@portal/contract'
import type { ReactNode } from 'react'
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
export function Shares({ summary, search, onChoose }: SharesProps) {
  const { byModel, byKey, byUser } = summary
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
      <Kinds summary={summary} />
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

const ShareTable = ({ title, rows, chosen, onChoose }: ShareTableProps) => (
  <FigureTable title={title} of="Name" counts="Requests">
    {rows.map(({ id, label, requests, ...figures }) => (
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
        <Figures count={requests} {...figures} />
      </tr>
    ))}
  </FigureTable>
)

/** What the cost is of. */
function Kinds({ summary: { stats, costBreakdown: cost } }: Pick<SharesProps, 'summary'>) {
  const kinds = [
    ['Input', stats.inputTokens - stats.cachedTokens, cost.inputTokensCost],
    ['Cached input', stats.cachedTokens, cost.cachedTokensCost],
    ['Output', stats.outputTokens, cost.outputTokensCost],
  ] as const
  return (
    <FigureTable title="By kind of token" of="Kind" counts="Tokens">
      {kinds.map(([kind, count, of]) => (
        <tr key={kind}>
          <th scope="row">{kind}</th>
          <Figures count={count} cost={of} percentage={cost.total === 0 ? 0 : (100 * of) / cost.total} />
        </tr>
      ))}
    </FigureTable>
  )
}

type FigureTableProps = { title: string; of: string; counts: string; children: ReactNode }

const FigureTable = ({ title, of, counts, children }: FigureTableProps) => (
  <Section title={title}>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
    <section className={classes.scrolled} aria-label={`${title}, figures`} tabIndex={0}>
      <table className={classes.table} aria-label={title}>
        <TableHead of={of} figures={[counts, 'Cost', 'Share']} />
        <tbody>{children}</tbody>
      </table>
    </section>
  </Section>
)

type FiguresProps = { count: number; cost: number; percentage: number }

const Figures = ({ count, cost, percentage }: FiguresProps) => (
  <>
    <td data-align="right">{countText(count)}</td>
    <td data-align="right">{moneyText(cost)}</td>
    <td data-align="right">
      <Share percentage={percentage} />
    </td>
  </>
)

const Share = ({ percentage }: { percentage: number }) => (
  <span className={classes.share}>
    {percentText(percentage)}
    <span className={classes.bar} aria-hidden>
      <span style={{ width: `${percentage}%` }} />
    </span>
  </span>
)
