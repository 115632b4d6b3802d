import { Group, Stack, Switch, Text } from '@mantine/core'
import type { UsageSummary } from '@portal/contract'
import { IconReportAnalytics } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { ButtonLink, EmptyState, Loaded, Page, TextLink } from '../ui/index.ts'
import { askedBefore, askedOf, hasFilters, type UsageSearch } from './asked.ts'
import { Charts } from './charts-section.tsx'
import { ExportMenu } from './export-menu.tsx'
import { FigureCards, FigureCardsSkeleton } from './figure-cards.tsx'
import { timezone } from './figures.ts'
import { Filters } from './filters.tsx'
import { PlanUse } from './plan-use.tsx'
import { RangePicker } from './range-picker.tsx'
import { Ratings } from './ratings.tsx'
import { RequestList } from './request-list.tsx'
import { Shares } from './shares.tsx'
import { Today } from './today.tsx'
import classes from './usage.module.css'
import { type AskedUsage, usageQueries } from './usage-queries.ts'
import { useNarrowing } from './use-narrowing.ts'

/** What was used, how much of it, by whom, and what came of it. */
export function UsagePage() {
  const { search, change, clear } = useNarrowing()
  const asked = useMemo(() => askedOf(search, timezone), [search])
  const summary = useQuery(usageQueries.summary(asked))
  const isCompared = search.compare !== 'off'
  const isUnused = useIsUnused(search, summary.data)
  return (
    <Page
      title="Usage"
      description={
        <>
          Requests, tokens, cost and times of API keys and chats.{' '}
          <TextLink to="/docs/$page" params={{ page: 'usage' }}>
            What the figures mean
          </TextLink>
        </>
      }
      actions={
        <Group gap="sm">
          <ButtonLink to="/usage/alerts" variant="default">
            Alerts
          </ButtonLink>
          {!isUnused && <ExportMenu asked={asked} />}
        </Group>
      }
    >
      {isUnused ? (
        <NothingUsed />
      ) : (
        <>
          <Stack gap="sm">
            <Group justify="space-between" gap="sm" align="flex-end">
              <RangePicker search={search} onChange={change} />
              <Switch
                label="Compare"
                checked={isCompared}
                onChange={() => change({ compare: isCompared ? 'off' : '' })}
              />
            </Group>
            <Filters search={search} onChange={change} onClear={clear} />
          </Stack>
          <Loaded query={summary} what="your usage" placeholder={<FigureCardsSkeleton />}>
            {(data) => (
              <Stack gap="lg" className={classes.shown} data-stale={summary.isPlaceholderData}>
                <Figures asked={asked} summary={data} isCompared={isCompared} />
                <div className={classes.pairs}>
                  <Today />
                  <PlanUse />
                </div>
                <Charts asked={asked} summary={data} onNarrow={change} />
                <Shares
                  summary={data}
                  search={search}
                  onChoose={(filter, value) => change({ [filter]: value ?? '' })}
                />
                <Ratings asked={asked} summary={data} onNarrow={change} />
                <RequestList
                  asked={asked}
                  hasUsers={data.byUser.length > 0}
                  count={summary.isPlaceholderData ? undefined : data.stats.totalRequests}
                />
              </Stack>
            )}
          </Loaded>
        </>
      )}
    </Page>
  )
}

/** Whether there is nothing to show whatever is asked for: not even a model was used lately. */
function useIsUnused(search: UsageSearch, summary: UsageSummary | undefined): boolean {
  const { data: filters } = useQuery(usageQueries.filters)
  return summary?.stats.totalRequests === 0 && !hasFilters(search) && filters?.models.length === 0
}

type FiguresProps = { asked: AskedUsage; summary: UsageSummary; isCompared: boolean }

function Figures({ asked, summary, isCompared }: FiguresProps) {
  const before = useQuery({ ...usageQueries.summary(askedBefore(asked, summary)), enabled: isCompared })
  return (
    <>
      {summary.stats.totalRequests === 0 && (
        <Text c="dimmed">Nothing was used in this time, as far as the filters let through.</Text>
      )}
      <FigureCards
        stats={summary.stats}
        before={isCompared ? (before.isPlaceholderData ? undefined : before.data?.stats) : null}
      />
    </>
  )
}

function NothingUsed() {
  return (
    <EmptyState
      icon={<IconReportAnalytics size={24} />}
      title="Nothing used yet"
      action={
        <Group justify="center">
          <ButtonLink to="/keys" search={{ create: '1' }}>
            Create an API key
          </ButtonLink>
          <ButtonLink to="/chat" variant="default">
            Start a chat
          </ButtonLink>
        </Group>
      }
    >
      Every request of your programs and chats is counted here: tokens, cost, errors and how long it took.
    </EmptyState>
  )
}
