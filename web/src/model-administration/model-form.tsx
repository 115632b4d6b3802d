import {
  Accordion,
  Checkbox,
  NumberInput,
  SimpleGrid,
  Stack,
  TagsInput,
  Textarea,
  TextInput,
} from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import type { ReactNode } from 'react'
import { DialogActions, useFoldedPart } from '../ui/index.ts'
import { problemsOfAnswer } from './form-problems.ts'
import { type ModelFormValues, modelFieldNames, problemsOfModel } from './model-form-values.ts'
import { TargetFields } from './target-fields.tsx'

type SendForm = (values: ModelFormValues, on: { onError: (failure: Error) => void }) => void

type ModelFormProps = {
  initial: ModelFormValues
  providers: readonly string[]
  isNew: boolean
  isBusy: boolean
  error: Error | null
  /** What can be done about the error, beside trying again. */
  remedy?: ReactNode
  onSubmit: SendForm
  onClose: () => void
}

/** The form as its parts get it. */
export type ModelFormFields = { form: UseFormReturnType<ModelFormValues> }

/** The settings of a model. */
export function ModelForm({ initial, providers, isNew, remedy, onSubmit, ...actions }: ModelFormProps) {
  const form = useForm<ModelFormValues>({
    mode: 'controlled',
    initialValues: initial,
    validate: problemsOfModel,
  })
  const { openPart, setOpenPart, showErrors } = useFoldedPart(form, 'more', foldedFields)
  const onError = (failure: Error) => showErrors(problemsOfAnswer(failure, modelFieldNames))
  return (
    <form onSubmit={form.onSubmit((values) => onSubmit(values, { onError }), showErrors)} noValidate>
      <Stack>
        {isNew && (
          <TextInput
            label="Id"
            description="The name that requests call it by. It stays."
            required
            maxLength={200}
            data-autofocus
            {...form.getInputProps('id')}
          />
        )}
        <TextInput
          label="Display name"
          description="What lists call it. Its id, unless you enter one."
          maxLength={100}
          {...form.getInputProps('displayName')}
        />
        <TargetFields form={form} providers={providers} />
        <PriceFields form={form} />
        <Accordion variant="separated" chevronPosition="left" value={openPart} onChange={setOpenPart}>
          <Accordion.Item value="more">
            <Accordion.Control>Sizes, capabilities and what lists say</Accordion.Control>
            <Accordion.Panel>
              <FoldedFields form={form} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
        <Checkbox
          label="Offered"
          description="Otherwise it is switched off."
          {...form.getInputProps('enabled', { type: 'checkbox' })}
        />
        <Checkbox
          label="Hidden"
          description="Lists leave it out; whoever knows its id may call it."
          {...form.getInputProps('hidden', { type: 'checkbox' })}
        />
        {remedy}
        <DialogActions {...actions} action={isNew ? 'Add model' : 'Save'} />
      </Stack>
    </form>
  )
}

/** What stands in the part of the form that is folded at first. */
const foldedFields = [
  'contextTokens',
  'outputTokensMax',
  'capabilities',
  'temperatureDefault',
  'ownedBy',
  'description',
]

function PriceFields({ form }: ModelFormFields) {
  const price = { min: 0, decimalScale: 6, prefix: '$', thousandSeparator: ',', allowNegative: false }
  return (
    <SimpleGrid
      cols={{ base: 1, sm: 3 }}
      role="group"
      aria-label="Prices for a million tokens, in US dollars"
    >
      <NumberInput label="Input, per million" required {...price} {...form.getInputProps('inputPrice')} />
      <NumberInput
        label="Cached input"
        placeholder="As other input"
        {...price}
        {...form.getInputProps('cachedInputPrice')}
      />
      <NumberInput label="Output, per million" required {...price} {...form.getInputProps('outputPrice')} />
    </SimpleGrid>
  )
}

function FoldedFields({ form }: ModelFormFields) {
  const tokens = {
    min: 1,
    allowDecimal: false,
    allowNegative: false,
    thousandSeparator: ',',
    placeholder: 'Not known',
  }
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NumberInput label="Context, in tokens" {...tokens} {...form.getInputProps('contextTokens')} />
        <NumberInput
          label="Longest answer, in tokens"
          {...tokens}
          {...form.getInputProps('outputTokensMax')}
        />
      </SimpleGrid>
      <TagsInput
        label="Capabilities"
        description="What the model can do, such as tools, vision or json."
        data={['tools', 'vision', 'json']}
        acceptValueOnBlur
        {...form.getInputProps('capabilities')}
      />
      <NumberInput
        label="Default temperature"
        description="Sent where a request names none. Leave it empty for models that take no temperature."
        {...{ min: 0, max: 2, step: 0.1, decimalScale: 2 }}
        {...form.getInputProps('temperatureDefault')}
      />
      <TextInput label="Owned by" maxLength={100} {...form.getInputProps('ownedBy')} />
      <Textarea
        label="Description"
        {...{ autosize: true, minRows: 1, maxRows: 4, maxLength: 1000 }}
        {...form.getInputProps('description')}
      />
    </Stack>
  )
}
