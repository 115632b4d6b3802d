import { Button, Group, TextInput } from '@mantine/core'
import { type UsageSearch, usualPeriod } from './asked.ts'
import { dayOf, daysOf, lastDays, withDay } from './days.ts'
import { timezone } from './figures.ts'
import classes from './usage.module.css'

const periods = [
  { value: '24h', label: '24 h' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
  { value: 'custom', label: 'Custom' },
]

type RangePickerProps = { search: UsageSearch; onChange: (change: UsageSearch) => void }

/** From when to when: a period up to now, or days. */
export function RangePicker({ search, onChange }: RangePickerProps) {
  const { from, to, period = usualPeriod } = search
  const chosen = from ? 'custom' : period
  const choose = (value: string) =>
    onChange(
      value === 'custom'
        ? { period: '', ...lastDays(Date.now(), timezone) }
        : { period: value === usualPeriod ? '' : value, from: '', to: '' },
    )
  return (
    <Group gap="sm" align="flex-end">
      <Button.Group aria-label="Period" className={classes.periods}>
        {periods.map(({ value, label }) => (
          <Button
            key={value}
            size="sm"
            variant={value === chosen ? 'light' : 'default'}
            aria-pressed={value === chosen}
            onClick={() => choose(value)}
          >
            {label}
          </Button>
        ))}
      </Button.Group>
      {from && <Days key={`${from} ${to}`} days={daysOf(from, to, timezone)} onChange={onChange} />}
    </Group>
  )
}

type DaysProps = { days: { from: string; to: string }; onChange: (change: UsageSearch) => void }

function Days({ days, onChange }: DaysProps) {
  const field = (side: 'from' | 'to', label: string) => (
    <TextInput
      type="date"
      size="sm"
      label={label}
      defaultValue={days[side]}
      max={dayOf(Date.now(), timezone)}
      onChange={({ currentTarget: { value } }) => {
        const next = withDay(days, side, value)
        if (next) onChange(next)
      }}
    />
  )
  return (
    <Group gap="xs" wrap="nowrap">
      {field('from', 'From')}
      {field('to', 'To')}
    </Group>
  )
}
