import { Checkbox, NativeSelect, NumberInput, SimpleGrid, TagsInput } from '@mantine/core'
import type { AlertChoices } from './alert-dialog.tsx'
import type { AlertFields } from './alert-form.tsx'
import { mayBeOfPlan } from './alert-form-values.ts'

/** What is counted. */
export function CountedFields({ form, choices }: AlertFields & { choices: AlertChoices }) {
  const { counted } = form.values
  const chosen = (label: string) => ({ value: '', label })
  return (
    <SimpleGrid cols={{ base: 1, sm: counted === 'all' ? 1 : 2 }}>
      <NativeSelect
        label="Counts"
        data={[
          { value: 'all', label: 'Everything the organisation uses' },
          { value: 'key', label: 'One API key' },
          { value: 'model', label: 'One model' },
        ]}
        {...form.getInputProps('counted')}
      />
      {counted === 'key' && (
        <NativeSelect
          label="Key"
          data={[chosen('Choose a key'), ...choices.keys]}
          {...form.getInputProps('apiKey')}
        />
      )}
      {counted === 'model' && (
        <NativeSelect
          label="Model"
          data={[chosen('Choose a model'), ...choices.models]}
          {...form.getInputProps('model')}
        />
      )}
    </SimpleGrid>
  )
}

/** How much of it, in which time, and at which shares somebody is told. */
export function LimitFields({ form }: AlertFields) {
  const { measure, isOfPlan } = form.values
  const isPlanned = mayBeOfPlan(form.values)
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <NativeSelect
          label="Measure"
          data={[
            { value: 'cost', label: 'US dollars' },
            { value: 'tokens', label: 'Tokens' },
          ]}
          {...form.getInputProps('measure')}
        />
        <NativeSelect
          label="Period"
          data={[
            { value: 'month', label: 'Billing month' },
            { value: 'day', label: 'Day (UTC)' },
          ]}
          {...form.getInputProps('period')}
        />
        <NumberInput
          label="Amount"
          min={0}
          allowNegative={false}
          allowDecimal={measure === 'cost'}
          decimalScale={6}
          thousandSeparator=","
          prefix={measure === 'cost' ? '$' : ''}
          disabled={isPlanned && isOfPlan}
          placeholder={isPlanned && isOfPlan ? 'The plan’s' : ''}
          {...form.getInputProps('limit')}
        />
      </SimpleGrid>
      {isPlanned && (
        <Checkbox
          label="The tokens that the plan includes"
          {...form.getInputProps('isOfPlan', { type: 'checkbox' })}
        />
      )}
      <TagsInput
        label="Tell at"
        description="Percentages of the amount. Each is told once in a period."
        splitChars={[',', ' ', ';']}
        acceptValueOnBlur
        maxTags={10}
        {...form.getInputProps('thresholds')}
      />
      <NumberInput
        label="Again every"
        description="How much further than all of these and 100 % it fires again; empty for never."
        suffix=" %"
        allowDecimal={false}
        allowNegative={false}
        step={5}
        {...form.getInputProps('recurringStepPercent')}
      />
    </>
  )
}
