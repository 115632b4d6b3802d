import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { Loaded, Section } from '../ui/index.ts'
import type { ChartsProps } from './charts-section.tsx'
import { countText, percentText } from './figures.ts'
import { ratingsByModel } from './ratings-by-model.ts'
import { TableHead } from './table-head.tsx'
import classes from './tables.module.css'
import layout from './usage.module.css'
import { usageQueries } from './usage-queries.ts'
import { useSlots } from './use-slots.ts'

const RatedOverTime = lazy(() =>
  import('./rated-over-time.tsx').then(({ RatedOverTime }) => ({ default: RatedOverTime })),
)

/** How answers were rated, over time and by model. Keys and statuses do not narrow it: ratings are of chats' answers. */
export function Ratings({ asked: { apiKey, status, ...asked }, summary, onNarrow }: ChartsProps) {
  const ratings = useQuery(usageQueries.ratings(asked))
  const { slots, choose } = useSlots(summary, onNarrow)
  const { data: rated, isPlaceholderData } = ratings
  const chosen = [apiKey && 'key', status && 'status'].filter(Boolean).join(' and the ')
  return (
    <div className={layout.pairs}>
      {rated !== undefined && rated.length > 0 && (
        <Suspense>
          <RatedOverTime rated={rated} slots={slots} onChoose={choose} isAwaited={isPlaceholderData} />
        </Suspense>
      )}
      <Section
        title="Ratings"
        description={`Of answers in chats${chosen && `, not narrowed by the ${chosen}`}.`}
      >
        <Loaded query={ratings} what="the ratings" rows={1}>
          {(data) =>
            data.length > 0 ? (
              <RatingsTable rows={ratingsByModel(data)} />
            ) : (
              <Text size="sm" c="dimmed">
                No answer was rated in this time.
              </Text>
            )
          }
        </Loaded>
      </Section>
    </div>
  )
}

const RatingsTable = ({ rows }: { rows: ReturnType<typeof ratingsByModel> }) => (
  <table className={classes.table} aria-label="Ratings">
    <TableHead of="Model" figures={['Good', 'Bad', 'Good share']} />
    <tbody>
      {rows.map(({ model, up, down }) => (
        <tr key={model}>
          <th scope="row">{model}</th>
          <td data-align="right">{countText(up)}</td>
          <td data-align="right">{countText(down)}</td>
          <td data-align="right">{percentText((up / (up + down)) * 100)}</td>
        </tr>
      ))}
    </tbody>
  </table>
)
