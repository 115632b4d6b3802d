import { Skeleton, Stack, Text } from '@mantine/core'
import type { UsageOfPlan } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { Loaded, Section } from '../ui/index.ts'
import { countText, moneyText } from './figures.ts'
import { usedUpAt } from './pace.ts'
import classes from './usage.module.css'
import { usageQueries } from './usage-queries.ts'

const dayOfMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long' })

/** This month against what the plan includes, for the whole organisation. */
export function PlanUse() {
  const plan = useQuery(usageQueries.plan)
  return (
    <Section title="This month and the plan">
      <Loaded query={plan} what="your plan’s use" placeholder={<Skeleton height={92} />}>
        {(use) => <Use use={use} />}
      </Loaded>
    </Section>
  )
}

function Use({ use }: { use: UsageOfPlan }) {
  const {
    to,
    cost,
    tokens: { used, limit, forecast },
  } = use
  const usedUp = usedUpAt(use, Date.now())
  const share = limit ? Math.min(100, (used / limit) * 100) : 100
  return (
    <Stack gap={6}>
      <Text size="sm">
        <b>{countText(used)}</b> {limit === null ? 'tokens used' : `of ${countText(limit)} tokens used`}
        {cost && `, ${moneyText(cost.used)}`}
      </Text>
      {limit !== null && (
        <div
          className={classes.progress}
          role="progressbar"
          aria-label="Tokens of the plan that are used"
          aria-valuenow={Math.round(share)}
          data-exceeds={usedUp !== null}
        >
          <span style={{ width: `${share}%` }} />
        </div>
      )}
      <Text size="sm" c="dimmed">
        Forecast until {dayOfMonth.format(Date.parse(to))}: {countText(forecast)} tokens
        {cost && `, ${moneyText(cost.forecast)}`}
      </Text>
      {usedUp && (
        <Text size="sm" c="var(--mantine-color-error)">
          {limit !== null && used >= limit
            ? 'The plan is used up.'
            : `At this pace the plan is used up on ${dayOfMonth.format(usedUp)}.`}
        </Text>
      )}
    </Stack>
  )
}
