import { Badge, Group, Stack, Text } from '@mantine/core'
import type { AdminOrganisation } from '@portal/contract'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { type Column, DataTable, dayText, Loaded, Section, TextLink } from '../ui/index.ts'
import { Narrowing, narrowedBy } from './narrowing.tsx'
import { PagedTable } from './paged-table.tsx'
import { adminQueries } from './queries.ts'
import { countText, limitText, planWords, sizeText } from './words.ts'

/** Every organisation, to be searched, and what plans allow. */
export function OrganisationsPage() {
  const search = useSearch({ from: '/portal/admin/organisations' })
  const organisations = useInfiniteQuery(adminQueries.organisations(narrowedBy(search)))
  return (
    <Stack gap="lg">
      <Stack>
        <Narrowing search={search} to="/admin/organisations" label="Name begins with" />
        <PagedTable
          query={organisations}
          what="the organisations"
          caption="Organisations"
          columns={columns}
          keyOf={({ id }) => id}
          empty="No organisation is like that."
        />
      </Stack>
      <Plans />
    </Stack>
  )
}

const columns: readonly Column<AdminOrganisation>[] = [
  {
    key: 'name',
    header: 'Name',
    render: ({ id, name }) => (
      <TextLink to="/admin/organisations/$organisationId" params={{ organisationId: id }} fw={600} size="sm">
        {name}
      </TextLink>
    ),
  },
  {
    key: 'state',
    header: 'State',
    render: (organisation) => <OrganisationBadges organisation={organisation} />,
  },
  { key: 'plan', header: 'Plan', render: ({ plan }) => planWords[plan] },
  { key: 'members', header: 'Members', align: 'right', render: ({ memberCount }) => countText(memberCount) },
  { key: 'created', header: 'Since', render: ({ createdAt }) => dayText(createdAt) },
]

type BadgesProps = { organisation: Pick<AdminOrganisation, 'suspendedAt' | 'hasOverrides'> }

/** What is out of the ordinary about an organisation. */
export const OrganisationBadges = ({ organisation: { suspendedAt, hasOverrides } }: BadgesProps) => (
  <Group gap={6}>
    {suspendedAt ? <Badge color="red">Suspended</Badge> : <Badge color="pine">Active</Badge>}
    {hasOverrides && <Badge color="yellow">Own limits</Badge>}
  </Group>
)

function Plans() {
  const plans = useQuery(adminQueries.plans)
  return (
    <Section
      title="Plans"
      description="What each allows. An organisation’s own limits come before its plan’s."
    >
      <Loaded query={plans} what="the plans" rows={3}>
        {(all) => (
          <DataTable
            caption="Plans"
            rows={all}
            keyOf={({ id }) => id}
            columns={[
              {
                key: 'name',
                header: 'Plan',
                render: ({ name }) => (
                  <Text fw={600} size="sm">
                    {name}
                  </Text>
                ),
              },
              {
                key: 'tokens',
                header: 'Tokens a month',
                render: ({ tokensPerMonth, tokenCeilingPercent }) =>
                  limitText(tokensPerMonth) +
                  (tokensPerMonth !== null && tokenCeilingPercent > 100
                    ? `, up to ${tokenCeilingPercent} %`
                    : ''),
              },
              {
                key: 'rpm',
                header: 'Requests a minute',
                render: (plan) => limitText(plan.requestsPerMinute),
              },
              {
                key: 'storage',
                header: 'Storage',
                render: (plan) => limitText(plan.storageBytesMax, sizeText),
              },
              { key: 'keys', header: 'API keys', render: ({ keysMax }) => limitText(keysMax) },
              {
                key: 'count',
                header: 'Organisations',
                align: 'right',
                render: (plan) => countText(plan.organisations),
              },
            ]}
          />
        )}
      </Loaded>
    </Section>
  )
}
