import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import type { AdminOrganisationDetail } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { DataTable, dayText, Loaded, Section, TextLink } from '../ui/index.ts'
import { Facts } from './facts.tsx'
import { type OrganisationAction, OrganisationDialogs } from './organisation-dialogs.tsx'
import { OrganisationBadges } from './organisations-page.tsx'
import { overrideNames } from './override-names.ts'
import { adminQueries } from './queries.ts'
import { countText, limitText, moneyText, planWords, sizeText } from './words.ts'

/** An organisation with all that an administrator sees of it, and may do. */
export function OrganisationAdministrationPage() {
  const { organisationId } = useParams({ from: '/portal/admin/organisations/$organisationId' })
  const organisation = useQuery(adminQueries.organisation(organisationId))
  return (
    <Stack gap="lg">
      <TextLink to="/admin/organisations" size="sm">
        All organisations
      </TextLink>
      <Loaded query={organisation} what="this organisation" rows={6}>
        {(found) => <Organisation organisation={found} />}
      </Loaded>
    </Stack>
  )
}

type OrganisationProps = { organisation: AdminOrganisationDetail }

function Organisation({ organisation }: OrganisationProps) {
  const [action, setAction] = useState<OrganisationAction | null>(null)
  const { name, plan, suspendReason, suspendedAt, createdAt, id, keyCount } = organisation
  return (
    <>
      <Section
        title={name}
        description={`${planWords[plan]} plan`}
        actions={<OrganisationBadges organisation={organisation} />}
      >
        <Stack>
          <Facts
            facts={[
              ...(suspendReason ? [['Suspended because', suspendReason] as const] : []),
              ['Members', countText(organisation.memberCount)],
              ['API keys that work', countText(keyCount)],
              ['Since', dayText(createdAt)],
              ['Id', id],
            ]}
          />
          <Group gap="sm">
            <Button variant="default" size="xs" onClick={() => setAction('plan')}>
              Set plan
            </Button>
            <Button variant="default" size="xs" onClick={() => setAction('overrides')}>
              Set own limits
            </Button>
            {suspendedAt ? (
              <Button variant="default" size="xs" onClick={() => setAction('reinstate')}>
                Let it work again
              </Button>
            ) : (
              <Button color="red" variant="light" size="xs" onClick={() => setAction('suspend')}>
                Suspend
              </Button>
            )}
          </Group>
        </Stack>
      </Section>
      <Allowed organisation={organisation} />
      <Used organisation={organisation} />
      <Members organisation={organisation} />
      {action && (
        <OrganisationDialogs organisation={organisation} action={action} onClose={() => setAction(null)} />
      )}
    </>
  )
}

function Allowed({ organisation: { allowed, overrides } }: OrganisationProps) {
  const own = overrideNames.flatMap(({ name, label, show }) => {
    const override = overrides[name]
    if (!override) return []
    const until = override.until ? ` until ${dayText(override.until)}` : ''
    const isOver = override.until !== null && Date.parse(override.until) <= Date.now()
    return [`${label}: ${limitText(override.value, show)}${until}${isOver ? ' (over)' : ''}`]
  })
  return (
    <Section
      title="Allowed now"
      description={own.length > 0 ? `Own limits: ${own.join(' · ')}` : 'All of it is the plan’s.'}
    >
      <Facts
        facts={[
          ['Tokens a month', limitText(allowed.tokensPerMonth)],
          ['Tokens a day', limitText(allowed.tokensPerDay)],
          ['Requests a minute', limitText(allowed.requestsPerMinute)],
          ['Storage', limitText(allowed.storageBytesMax, sizeText)],
          ['API keys', limitText(allowed.keysMax)],
          ['Requests at once', limitText(allowed.parallelMax)],
        ]}
      />
    </Section>
  )
}

function Used({ organisation: { usage, allowed } }: OrganisationProps) {
  return (
    <Section title="Used" description={`In the billing period since ${dayText(usage.from)}.`}>
      <Stack>
        <Facts
          facts={[
            ['Requests', countText(usage.requests)],
            ['Cost', moneyText(usage.costUsd)],
          ]}
        />
        <Share name="Tokens" used={usage.tokens} of={allowed.tokensPerMonth} show={countText} />
        <Share name="Storage" used={usage.storageBytes} of={allowed.storageBytesMax} show={sizeText} />
      </Stack>
    </Section>
  )
}

type ShareProps = { name: string; used: number; of: number | null; show: (value: number) => string }

function Share({ name, used, of, show }: ShareProps) {
  const share = of ? (100 * used) / of : 0
  return (
    <Stack gap={4}>
      <Text size="sm">
        {name}: {show(used)}
        {of === null ? ', no limit' : ` of ${show(of)}`}
      </Text>
      {of !== null && (
        <Progress
          value={Math.min(100, share)}
          color={share > 100 ? 'red' : 'pine'}
          aria-label={`${name} used`}
        />
      )}
    </Stack>
  )
}

const Members = ({ organisation: { members } }: OrganisationProps) => (
  <Section title="Members">
    <DataTable
      caption="Members"
      rows={members}
      keyOf={({ userId }) => userId}
      columns={[
        {
          key: 'name',
          header: 'Name',
          render: ({ userId, name }) => (
            <TextLink to="/admin/users/$userId" params={{ userId }} fw={600} size="sm">
              {name}
            </TextLink>
          ),
        },
        { key: 'email', header: 'Address', render: ({ email }) => email },
        { key: 'role', header: 'Role', render: ({ role }) => role },
      ]}
    />
  </Section>
)
