// The fields that dialogs about incidents are made of.
import { Checkbox, Group, NativeSelect, Textarea, TextInput } from '@mantine/core'
import type { IncidentImpact, WrittenStage } from '@portal/contract'
import { stageWords } from './words.ts'

type Field<Value> = { value: Value; onChange: (value: Value) => void }

/** What it is called. */
export const TitleField = ({ value, onChange }: Field<string>) => (
  <TextInput
    label="Title"
    required
    maxLength={120}
    data-autofocus
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)

/** What is written of it. */
export const TextField = ({ value, onChange }: Field<string>) => (
  <Textarea
    label="What to say"
    required
    autosize
    minRows={3}
    maxLength={2000}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)

/** How bad it is. */
export const ImpactField = ({ value, onChange }: Field<IncidentImpact>) => (
  <NativeSelect
    label="Impact"
    data={[
      { value: 'degraded', label: 'Works with problems' },
      { value: 'down', label: 'Does not work' },
    ]}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value as IncidentImpact)}
  />
)

type StageFieldProps = Field<WrittenStage> & { stages: readonly WrittenStage[] }

/** What is being done. */
export const StageField = ({ value, stages, onChange }: StageFieldProps) => (
  <NativeSelect
    label="State"
    data={stages.map((stage) => ({ value: stage, label: stageWords[stage] }))}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value as WrittenStage)}
  />
)

type ComponentsFieldProps = Field<string[]> & {
  components: readonly { id: string; name: string }[]
  isFixed?: boolean
}

/** What it concerns. */
export const ComponentsField = ({ components, value, isFixed = false, onChange }: ComponentsFieldProps) => (
  <Checkbox.Group label="What it concerns" required value={value} onChange={onChange}>
    <Group gap="sm" mt={4}>
      {components.map(({ id, name }) => (
        <Checkbox key={id} value={id} label={name} disabled={isFixed} />
      ))}
    </Group>
  </Checkbox.Group>
)

type TimeFieldProps = Field<string> & { label: string; isFixed?: boolean }

/** An instant in the reader's own time, to the minute. */
export const TimeField = ({ label, value, isFixed = false, onChange }: TimeFieldProps) => (
  <TextInput
    label={label}
    type="datetime-local"
    required
    disabled={isFixed}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)
