import { Badge, Stack, Text, UnstyledButton } from '@mantine/core'
import type { LedgerRequest } from '@portal/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { type Column, DataTable, Loaded, LoadMore } from '../ui/index.ts'
import { countText, durationText, moneyText } from './figures.ts'
import { isFailure, keyName, statusWords, userName } from './names.ts'
import { errorWords } from './request-facts.ts'
import classes from './usage.module.css'
import { type AskedUsage, usageQueries } from './usage-queries.ts'

const RequestDrawer = lazy(() =>
  import('./request-drawer.tsx').then(({ RequestDrawer }) => ({ default: RequestDrawer })),
)

type RequestListProps = {
  asked: AskedUsage
  /** Whether who asked is worth a column. */
  hasUsers: boolean
  /** How many there are by the sums; undefined until those are there. */
  count: number | undefined
}

/** The ledger, newest first; each request opens with all that is known of it. */
export function RequestList({ asked, hasUsers, count }: RequestListProps) {
  const requests = useInfiniteQuery(usageQueries.requests(asked))
  const [opened, open] = useState<LedgerRequest | null>(null)
  const rows = requests.data?.pages.flatMap(({ data }) => data) ?? []
  const shown = rows.length
  const { ref, more } = useMore(shown, requests.fetchNextPage)
  return (
    <section aria-labelledby="request-log" ref={ref}>
      <h2 id="request-log" className={classes.heading}>
        Request log
      </h2>
      <Loaded query={requests} what="the requests" rows={6}>
        {() =>
          shown === 0 ? (
            <Text c="dimmed" ta="center" py="xl">
              No request matches. Choose another time or clear the filters.
            </Text>
          ) : (
            <Stack>
              <DataTable
                caption="Request log"
                columns={columnsOf(hasUsers, open)}
                rows={rows}
                keyOf={({ id }) => id}
              />
              <LoadMore
                query={{
                  ...requests,
                  // That they could not be read anew says nothing of more.
                  error: requests.isFetchNextPageError ? requests.error : null,
                  fetchNextPage: more,
                }}
                count={countOf({ shown, count, hasMore: requests.hasNextPage })}
              />
            </Stack>
          )
        }
      </Loaded>
      {opened && (
        <Suspense>
          <RequestDrawer request={opened} onClose={() => open(null)} />
        </Suspense>
      )}
    </section>
  )
}

/** Reads the next page. Its button loses the focus by that: who had it goes on at the first row that came, or at another try. */
function useMore(shown: number, fetchNextPage: () => Promise<unknown>) {
  const ref = useRef<HTMLElement>(null)
  const [came, setCame] = useState<{ at: number } | null>(null)
  useEffect(() => {
    if (came === null || document.activeElement !== document.body) return
    const rows = ref.current?.querySelectorAll<HTMLElement>(`.${classes.open}`)
    const next = rows?.[came.at] ?? ref.current?.querySelector<HTMLElement>('[role="alert"] button')
    next?.focus({ preventScroll: true })
  }, [came])
  const more = () => fetchNextPage().then(() => setCame({ at: shown }))
  return { ref, more }
}

type Count = { shown: number; count: number | undefined; hasMore: boolean }

function countOf({ shown, count, hasMore }: Count): string | undefined {
  if (count === undefined) return undefined
  const of = `${countText(shown)} of ${countText(Math.max(shown, count))} requests`
  return hasMore || shown >= count ? of : `${of}: of older months sums alone may be kept`
}

const time = new Intl.DateTimeFormat(undefined, {
  ...{ day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit', second: '2-digit' },
})

const columnsOf = (hasUsers: boolean, open: (request: LedgerRequest) => void): Column<LedgerRequest>[] => [
  {
    key: 'time',
    header: 'Time',
    render: (request) => (
      <UnstyledButton className={classes.open} aria-haspopup="dialog" onClick={() => open(request)}>
        <time dateTime={request.at}>{time.format(Date.parse(request.at))}</time>
      </UnstyledButton>
    ),
  },
  { key: 'model', header: 'Model', render: ({ model }) => <span className={classes.name}>{model}</span> },
  {
    key: 'key',
    header: 'Key',
    render: ({ apiKey }) => (
      <span className={classes.name}>{keyName(apiKey?.id ?? null, apiKey?.name ?? null)}</span>
    ),
  },
  ...(hasUsers
    ? [{ key: 'user', header: 'User', render: ({ user }: LedgerRequest) => userName(user.name) }]
    : []),
  { key: 'status', header: 'Status', render: (request) => <Status request={request} /> },
  {
    ...{ key: 'tokens', header: 'Tokens', align: 'right' },
    render: ({ inputTokens, outputTokens }) => countText(inputTokens + outputTokens),
  },
  { key: 'cost', header: 'Cost', align: 'right', render: ({ cost }) => moneyText(cost) },
  { key: 'duration', header: 'Duration', align: 'right', render: ({ latencyMs }) => durationText(latencyMs) },
]

function Status({ request: { status, errorCode } }: { request: LedgerRequest }) {
  return (
    <Stack gap={2} align="flex-start">
      <Badge miw="max-content" color={isFailure(status) ? 'red' : status === 'ok' ? 'pine' : 'gray'}>
        {statusWords[status]}
      </Badge>
      {errorCode && (
        <Text size="xs" c="dimmed" maw="14rem">
          {errorWords(errorCode)}
        </Text>
      )}
    </Stack>
  )
}
