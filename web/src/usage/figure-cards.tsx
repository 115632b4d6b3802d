import { Skeleton, Text } from '@mantine/core'
import type { UsageSummary } from '@portal/contract'
import { changeText, countText, durationText, moneyText, percentText } from './figures.ts'
import classes from './usage.module.css'

type Stats = UsageSummary['stats']

type Figure = {
  name: string
  of: (stats: Stats) => number | null
  format: (value: number | null) => string
  note?: (stats: Stats) => string
  /** Whether less of it is better, as of errors. */
  isBurden?: boolean
}

const figures: readonly Figure[] = [
  { name: 'Requests', of: ({ totalRequests }) => totalRequests, format: countText },
  { name: 'Tokens', of: ({ totalTokens }) => totalTokens, format: countText, note: tokensText },
  { name: 'Cost', of: ({ totalCost }) => totalCost, format: moneyText, note: unpricedText },
  {
    ...{ name: 'Error rate', format: percentText, isBurden: true },
    of: ({ errorRate, totalRequests }) => (totalRequests === 0 ? null : errorRate),
    note: ({ errorCount }) => `${countText(errorCount)} failed`,
  },
  {
    ...{ name: 'Answer time, P50', format: durationText, isBurden: true },
    of: ({ p50ResponseTime }) => p50ResponseTime,
    note: ({ p50FirstToken }) => (p50FirstToken === null ? '' : `First token ${durationText(p50FirstToken)}`),
  },
  {
    ...{ name: 'Answer time, P95', format: durationText, isBurden: true },
    of: ({ p95ResponseTime }) => p95ResponseTime,
    note: ({ p95FirstToken }) => (p95FirstToken === null ? '' : `First token ${durationText(p95FirstToken)}`),
  },
]

function tokensText({ inputTokens, cachedTokens, outputTokens }: Stats): string {
  const cached = cachedTokens > 0 ? ` (${countText(cachedTokens)} cached)` : ''
  return `${countText(inputTokens)} in${cached}, ${countText(outputTokens)} out`
}

function unpricedText({ unpricedRequests: count }: Stats): string {
  if (count === 0) return ''
  return count === 1 ? '1 request has no known price' : `${countText(count)} requests have no known price`
}

type FigureCardsProps = {
  stats: Stats
  /** Of the period before; undefined until it is there, null where it is not compared with. */
  before: Stats | undefined | null
}

/** The figures of a period, each with what it was in the period before. */
export const FigureCards = ({ stats, before }: FigureCardsProps) => (
  <dl className={classes.cards}>
    {figures.map((figure) => (
      <div key={figure.name} className={classes.card}>
        <Text component="dt" size="sm" c="dimmed">
          {figure.name}
        </Text>
        <dd className={classes.figure}>{figure.format(figure.of(stats))}</dd>
        <dd className={classes.note}>{figure.note?.(stats)}</dd>
        {before !== null && (
          <dd className={classes.note}>
            <Change figure={figure} stats={stats} before={before} />
          </dd>
        )}
      </div>
    ))}
  </dl>
)

type ChangeProps = { figure: Figure; stats: Stats; before: Stats | undefined }

function Change({ figure: { of, format, isBurden }, stats, before }: ChangeProps) {
  if (!before) return <>&nbsp;</>
  const [now, then] = [of(stats), of(before)]
  const text = changeText(now, then)
  if (text === null) return <>{then === null ? 'Nothing before' : `${format(then)} before`}</>
  const isWorse = isBurden && now !== null && then !== null && now > then
  return (
    <>
      <span className={classes.change} data-worse={isWorse}>
        {text}
      </span>{' '}
      from {format(then)}
    </>
  )
}

/** The place of the cards while they are on their way. */
export const FigureCardsSkeleton = () => (
  <div className={classes.cards} role="status" aria-label="Loading your usage">
    {figures.map(({ name }) => (
      <Skeleton key={name} height={118} radius="lg" />
    ))}
  </div>
)
