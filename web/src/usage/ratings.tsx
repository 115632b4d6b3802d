import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Loaded, Section } from '../ui/index.ts'
import { countText, percentText } from './figures.ts'
import { ratingsByModel } from './ratings-by-model.ts'
import { TableHead } from './table-head.tsx'
import classes from './tables.module.css'
import { type AskedUsage, usageQueries } from './usage-queries.ts'

/** How answers were rated, by model. Keys and statuses do not narrow it: ratings are of chats' answers. */
export function Ratings({ asked: { apiKey: _, status: __, ...asked } }: { asked: AskedUsage }) {
  const ratings = useQuery(usageQueries.ratings(asked))
  return (
    <Section title="Ratings" description="Of answers in chats, whatever key and status are chosen.">
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
  )
}

const RatingsTable = ({ rows }: { rows: ReturnType<typeof ratingsByModel> }) => (
  <table className={classes.table} aria-label="Ratings">
    <TableHead of="Model" figures={['Good', 'Bad', 'Share of good']} />
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
