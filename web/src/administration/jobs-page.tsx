import { Button, Code, Group, Stack, Text } from '@mantine/core'
import { administrationEndpoints as endpoints, type FailedJob, type JobQueue } from '@portal/contract'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../api/index.ts'
import {
  type Column,
  ConfirmDialog,
  DataTable,
  Loaded,
  notifyFailed,
  RelativeTime,
  Section,
  useChange,
} from '../ui/index.ts'
import classes from './administration.module.css'
import { PagedTable } from './paged-table.tsx'
import { adminQueries } from './queries.ts'
import { countText } from './words.ts'

/** Background work, and what of it was given up. */
export function JobsPage() {
  const jobs = useQuery(adminQueries.jobs)
  return (
    <Stack gap="lg">
      <Section
        title="Given up"
        description="Jobs of the last week that failed too often. What they carry is shown without secrets."
      >
        <FailedJobs />
      </Section>
      <Section title="Queues" description="What waits and runs now, and what is done every day (UTC).">
        <Loaded query={jobs} what="the jobs" rows={6}>
          {(queues) => (
            <DataTable caption="Queues" rows={queues} keyOf={({ name }) => name} columns={queueColumns} />
          )}
        </Loaded>
      </Section>
    </Stack>
  )
}

const queueColumns: readonly Column<JobQueue>[] = [
  { key: 'name', header: 'Kind', render: ({ name }) => <Code>{name}</Code> },
  { key: 'waiting', header: 'Waiting', align: 'right', render: ({ waiting }) => countText(waiting) },
  {
    ...{ key: 'retrying', header: 'To be retried', align: 'right' },
    render: ({ retrying, retryError }) => (
      <Stack gap={2} maw="20rem" ml="auto">
        {countText(retrying)}
        {retryError && (
          <Text size="xs" c="var(--mantine-color-error)" style={{ overflowWrap: 'anywhere' }}>
            {retryError}
          </Text>
        )}
      </Stack>
    ),
  },
  { key: 'active', header: 'Running', align: 'right', render: ({ active }) => countText(active) },
  { key: 'failed', header: 'Given up', align: 'right', render: ({ failed }) => countText(failed) },
  { key: 'times', header: 'Scheduled (UTC)', render: ({ schedule }) => schedule?.times.join(', ') ?? '–' },
  {
    key: 'last',
    header: 'Last done',
    render: ({ schedule }) => (schedule?.lastRunAt ? <RelativeTime instant={schedule.lastRunAt} /> : '–'),
  },
  {
    key: 'next',
    header: 'Next',
    render: ({ schedule }) => (schedule?.nextRunAt ? <RelativeTime instant={schedule.nextRunAt} /> : '–'),
  },
]

function FailedJobs() {
  const failed = useInfiniteQuery(adminQueries.failedJobs)
  const [discarded, setDiscarded] = useState<FailedJob | null>(null)
  const { mutate: retry } = useChange({
    rereads: [adminQueries.all],
    change: ({ queue, id: jobId }: FailedJob) => call(endpoints.retryJob, { params: { queue, jobId } }),
    done: 'The job is tried again.',
  })
  return (
    <>
      <PagedTable
        query={failed}
        what="the jobs that were given up"
        caption="Jobs given up"
        columns={failedColumns({
          onRetry: (job) => retry(job, { onError: notifyFailed }),
          onDiscard: setDiscarded,
        })}
        keyOf={({ id }) => id}
        empty="None was given up."
      />
      {discarded && <DiscardDialog job={discarded} onClose={() => setDiscarded(null)} />}
    </>
  )
}

type Acts = { onRetry: (job: FailedJob) => void; onDiscard: (job: FailedJob) => void }

const failedColumns = ({ onRetry, onDiscard }: Acts): readonly Column<FailedJob>[] => [
  {
    key: 'kind',
    header: 'Kind',
    render: ({ queue, tries }) => (
      <Stack gap={2}>
        <Code w="fit-content">{queue}</Code>
        <Text size="xs" c="dimmed">
          {tries === 1 ? '1 try' : `${tries} tries`}
        </Text>
      </Stack>
    ),
  },
  {
    key: 'error',
    header: 'Error',
    render: ({ error, data }) => (
      <Stack gap={4} maw="28rem">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {error}
        </Text>
        <Code className={classes.json}>{JSON.stringify(data)}</Code>
      </Stack>
    ),
  },
  {
    key: 'when',
    header: 'When',
    render: ({ failedAt, createdAt }) => <RelativeTime instant={failedAt ?? createdAt} />,
  },
  {
    ...{ key: 'acts', header: 'Actions', isHeaderHidden: true, align: 'right' },
    render: (job) => (
      <Group gap="xs" wrap="nowrap" justify="flex-end">
        <Button size="compact-sm" variant="default" onClick={() => onRetry(job)}>
          Retry
        </Button>
        <Button size="compact-sm" variant="subtle" color="red" onClick={() => onDiscard(job)}>
          Discard
        </Button>
      </Group>
    ),
  },
]

function DiscardDialog({ job, onClose }: { job: FailedJob; onClose: () => void }) {
  const { mutate, isPending, error } = useChange({
    rereads: [adminQueries.all],
    change: () => call(endpoints.discardJob, { params: { queue: job.queue, jobId: job.id } }),
    done: 'The job is gone.',
    onDone: onClose,
  })
  return (
    <ConfirmDialog
      opened
      title="Discard this job"
      action="Discard"
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      What it was to do ({job.queue}) will not be done. It cannot be brought back.
    </ConfirmDialog>
  )
}
