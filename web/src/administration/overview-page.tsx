import { Alert, Badge, Stack, Text } from '@mantine/core'
import type { AdminOverview } from '@portal/contract'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { DataTable, Loaded, Section, TextLink } from '../ui/index.ts'
import { Facts, Figures } from './facts.tsx'
import { adminQueries } from './queries.ts'
import { countText, durationText, shareText, sizeText } from './words.ts'

/** How the portal is, what needs attention first. */
export function OverviewPage() {
  const overview = useQuery(adminQueries.overview)
  return (
    <Loaded query={overview} what="the overview" rows={6}>
      {(found) => (
        <Stack gap="lg">
          <AttentionList attention={found.attention} />
          <Figures figures={figuresOf(found)} />
          <Parts found={found} />
          <Targets targets={found.targets} />
        </Stack>
      )}
    </Loaded>
  )
}

type Attention = AdminOverview['attention'][number]

const leads: Partial<Record<Attention['about'], { to: '/admin/jobs' | '/admin/deliveries'; label: string }>> =
  {
    jobs: { to: '/admin/jobs', label: 'See the jobs' },
    mail: { to: '/admin/deliveries', label: 'See the mails' },
  }

function AttentionList({ attention }: { attention: readonly Attention[] }) {
  if (attention.length === 0) {
    return (
      <Alert variant="light" color="pine" icon={<IconCircleCheck aria-hidden />} title="All is well">
        Nothing needs your attention.
      </Alert>
    )
  }
  return (
    <Stack gap="sm" role="list" aria-label="What needs attention">
      {attention.map(({ severity, about, message }) => {
        const lead = leads[about]
        return (
          <Alert
            key={message}
            role="listitem"
            variant="light"
            color={severity === 'critical' ? 'red' : 'yellow'}
            icon={<IconAlertTriangle aria-hidden />}
          >
            {message} {lead && <TextLink to={lead.to}>{lead.label}</TextLink>}
          </Alert>
        )
      })}
    </Stack>
  )
}

const figuresOf = ({ lastHour, jobs, totals, database, disk }: AdminOverview) => [
  {
    ...{ name: 'Requests, last hour', value: countText(lastHour.requests) },
    note: `${countText(lastHour.tokens)} tokens`,
  },
  {
    ...{ name: 'Failed, last hour', value: countText(lastHour.errors) },
    note: lastHour.requests > 0 ? shareText((100 * lastHour.errors) / lastHour.requests) : '',
  },
  { name: 'Jobs waiting', value: countText(jobs.waiting), note: `${countText(jobs.failed)} given up` },
  { name: 'Users', value: countText(totals.users), note: `${countText(totals.suspended)} suspended` },
  { name: 'Organisations', value: countText(totals.organisations) },
  {
    ...{ name: 'Database', value: sizeText(database.bytes) },
    note: `${database.connections} of ${database.connectionsMax} connections`,
  },
  ...(disk
    ? [{ name: 'Disk free', value: sizeText(disk.bytesFree), note: `of ${sizeText(disk.bytesTotal)}` }]
    : []),
]

function Parts({ found }: { found: AdminOverview }) {
  const { parts, version, node, startedAt, database } = found
  return (
    <Section title="Health">
      <Facts
        facts={[
          ...parts.map(
            ({ name, isReady, detail }) =>
              [
                name,
                <span key={name}>
                  <Badge color={isReady ? 'pine' : 'red'}>{isReady ? 'Ready' : 'Not ready'}</Badge> {detail}
                </span>,
              ] as const,
          ),
          ['Version', `LLM Portal ${version}`],
          ['Running for', durationText(Date.now() - Date.parse(startedAt))],
          ['Node', node],
          ['PostgreSQL', database.version],
        ]}
      />
    </Section>
  )
}

function Targets({ targets }: Pick<AdminOverview, 'targets'>) {
  return (
    <Section title="Models’ servers" description="What each answered since the portal started.">
      {targets.length === 0 ? (
        <Text c="dimmed">No model was asked yet.</Text>
      ) : (
        <DataTable
          caption="Models’ servers"
          rows={targets}
          keyOf={({ name }) => name}
          columns={[
            { key: 'name', header: 'Server and model', render: ({ name }) => name },
            {
              key: 'state',
              header: 'State',
              render: ({ isOpen }) => (
                <Badge color={isOpen ? 'red' : 'pine'}>{isOpen ? 'Fails, tried last' : 'Working'}</Badge>
              ),
            },
            {
              key: 'answers',
              header: 'Answers',
              align: 'right',
              render: ({ answers }) => countText(answers),
            },
            {
              ...{ key: 'failures', header: 'Failures', align: 'right' },
              render: ({ failures }) => countText(failures),
            },
          ]}
        />
      )}
    </Section>
  )
}
