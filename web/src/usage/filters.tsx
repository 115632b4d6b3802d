import { Button, NativeSelect } from '@mantine/core'
import { type UsageFilters, UsageStatus } from '@portal/contract'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { hasFilters, type UsageSearch } from './asked.ts'
import { keyName, statusWords, userName } from './names.ts'
import classes from './usage.module.css'
import { usageQueries } from './usage-queries.ts'

type FiltersProps = {
  search: UsageSearch
  onChange: (change: UsageSearch) => void
  onClear: () => void
}

type Choice = { value: string; label: string }

/** What narrows the page beside its period. */
export function Filters({ search, onChange, onClear }: FiltersProps) {
  const { data } = useQuery(usageQueries.filters)
  const { keys, models, statuses, users } = choicesOf(data)
  const field = (name: 'key' | 'model' | 'status' | 'user', every: string, choices: readonly Choice[]) => (
    <NativeSelect
      size="sm"
      aria-label={name.charAt(0).toUpperCase() + name.slice(1)}
      value={search[name] ?? ''}
      data={[{ value: '', label: every }, ...withChosen(choices, search[name])]}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
    />
  )
  return (
    <div className={classes.filters}>
      {field('key', 'Every key', keys)}
      {field('model', 'Every model', models)}
      {field('status', 'Every status', statuses)}
      {(users.length > 0 || search.user) && field('user', 'Every user', users)}
      {hasFilters(search) && (
        <Button
          variant="subtle"
          color="gray"
          size="sm"
          leftSection={<IconX size={15} aria-hidden />}
          onClick={onClear}
        >
          Clear filters
        </Button>
      )}
    </div>
  )
}

const none: UsageFilters = { keys: [], models: [], statuses: [...UsageStatus.options], users: [] }

const choicesOf = ({ keys, models, statuses, users }: UsageFilters = none) => ({
  keys: [
    { value: 'none', label: keyName('none', null) },
    ...keys.map(({ id, name }) => ({ value: id, label: keyName(id, name) })),
  ],
  models: models.map((model) => ({ value: model, label: model })),
  statuses: statuses.map((status) => ({ value: status, label: statusWords[status] })),
  users: users.map(({ id, name }) => ({ value: id, label: userName(name) })),
})

/** What a link asks for stands in the field, also while nobody used it lately. */
const withChosen = (choices: readonly Choice[], chosen: string | undefined): readonly Choice[] =>
  chosen && !choices.some(({ value }) => value === chosen)
    ? [...choices, { value: chosen, label: chosen }]
    : choices
