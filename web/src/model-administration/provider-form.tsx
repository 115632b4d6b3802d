import { Accordion, NativeSelect, NumberInput, PasswordInput, Radio, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ReactNode } from 'react'
import { DialogActions, useFoldedPart } from '../ui/index.ts'
import { problemsOfAnswer } from './form-problems.ts'
import { type ProviderFormValues, problemsOfProvider, providerFieldNames } from './provider-form-values.ts'

type SendForm = (values: ProviderFormValues, on: { onError: (failure: Error) => void }) => void

type ProviderFormProps = {
  initial: ProviderFormValues
  /** The last characters of the key there is; null where there is none. */
  currentKeyEnd: string | null
  isNew: boolean
  isBusy: boolean
  error: Error | null
  /** What can be done about the error, beside trying again. */
  remedy?: ReactNode
  onSubmit: SendForm
  onClose: () => void
}

/** The settings of a provider. */
export function ProviderForm({
  initial,
  currentKeyEnd,
  isNew,
  remedy,
  onSubmit,
  ...actions
}: ProviderFormProps) {
  const form = useProviderForm(initial, isNew)
  const { openPart, setOpenPart, showErrors } = useFoldedPart(form, 'patience', [
    'firstByteSeconds',
    'silenceSeconds',
  ])
  const onError = (failure: Error) => showErrors(problemsOfAnswer(failure, providerFieldNames))
  return (
    <form onSubmit={form.onSubmit((values) => onSubmit(values, { onError }), showErrors)} noValidate>
      <Stack>
        {isNew && (
          <TextInput
            label="Name"
            description="What models call it by. It stays."
            placeholder="gpu-a"
            required
            maxLength={64}
            data-autofocus
            {...form.getInputProps('name')}
          />
        )}
        <NativeSelect
          label="Kind"
          data={[
            { value: 'openai', label: 'OpenAI’s API, and whatever is compatible with it' },
            { value: 'anthropic', label: 'Anthropic’s API' },
          ]}
          {...form.getInputProps('kind')}
        />
        <TextInput
          label="Base URL"
          description={urlHints[form.values.kind]}
          placeholder={urlExamples[form.values.kind]}
          required
          type="url"
          {...form.getInputProps('baseUrl')}
        />
        <KeyFields form={form} currentKeyEnd={currentKeyEnd} />
        <PatienceFields form={form} openPart={openPart} onOpenPart={setOpenPart} />
        {remedy}
        <DialogActions {...actions} action={isNew ? 'Add provider' : 'Save'} />
      </Stack>
    </form>
  )
}

const urlHints = {
  openai: 'Up to and including /v1. Addresses in your own network are fine.',
  anthropic: 'Without /v1. Addresses in your own network are fine.',
}
const urlExamples = { openai: 'http://10.0.0.5:8000/v1', anthropic: 'https://api.anthropic.com' }

const useProviderForm = (initialValues: ProviderFormValues, isNew: boolean) =>
  useForm({
    mode: 'controlled',
    initialValues,
    validate: (values: ProviderFormValues) => problemsOfProvider(values, isNew),
  })

type Fields = { form: ReturnType<typeof useProviderForm> }

function KeyFields({ form, currentKeyEnd }: Fields & { currentKeyEnd: string | null }) {
  const field = (
    <PasswordInput
      label={currentKeyEnd === null ? 'API key' : 'New API key'}
      description="Stored encrypted. Nobody can read it again. Leave it empty where the server needs none."
      autoComplete="off"
      visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the key' }}
      {...form.getInputProps('apiKey')}
    />
  )
  if (currentKeyEnd === null) return field
  return (
    <>
      <Radio.Group label="API key" {...form.getInputProps('key')}>
        <Stack gap="xs" mt={6}>
          <Radio value="keep" label={`Keep the one there is (…${currentKeyEnd})`} />
          <Radio value="replace" label="Replace it" />
          <Radio value="none" label="Use none" />
        </Stack>
      </Radio.Group>
      {(form.values.key === 'replace' || form.errors.apiKey) && field}
    </>
  )
}

type PatienceFieldsProps = Fields & { openPart: string | null; onOpenPart: (part: string | null) => void }

function PatienceFields({ form, openPart, onOpenPart }: PatienceFieldsProps) {
  const seconds = {
    min: 0.1,
    max: 310,
    decimalScale: 1,
    suffix: ' s',
    placeholder: 'As long as a request may take',
  }
  return (
    <Accordion variant="separated" chevronPosition="left" value={openPart} onChange={onOpenPart}>
      <Accordion.Item value="patience">
        <Accordion.Control>How long it may take</Accordion.Control>
        <Accordion.Panel>
          <Stack>
            <NumberInput
              label="To begin an answer"
              description="Then another target is tried."
              {...seconds}
              {...form.getInputProps('firstByteSeconds')}
            />
            <NumberInput
              label="To say nothing in the middle of one"
              {...seconds}
              {...form.getInputProps('silenceSeconds')}
            />
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  )
}
