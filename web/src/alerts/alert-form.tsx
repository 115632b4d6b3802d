import { Checkbox, Group, MultiSelect, Radio, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { fieldErrors } from '../api/index.ts'
import { DialogActions, focusFirstError } from '../ui/index.ts'
import type { AlertChoices } from './alert-dialog.tsx'
import { type AlertFormValues, problemsOfAlertForm } from './alert-form-values.ts'
import { CountedFields, LimitFields } from './limit-fields.tsx'

type SendForm = (values: AlertFormValues, on: { onError: (failure: Error) => void }) => void

type AlertFormProps = {
  initial: AlertFormValues
  /** Where the Slack address leads that it has; null for none. */
  slackHost: string | null
  choices: AlertChoices
  action: string
  isBusy: boolean
  error: Error | null
  onSubmit: SendForm
  onClose: () => void
}

/** The settings of an alert. */
export function AlertForm({ initial, slackHost, choices, onSubmit, ...foot }: AlertFormProps) {
  const form = useAlertForm(initial)
  const onError = (failure: Error) => {
    const errors = fieldErrors(failure)
    form.setErrors(errors)
    focusFirstError(form)(errors)
  }
  return (
    <form
      onSubmit={form.onSubmit((values) => onSubmit(values, { onError }), focusFirstError(form))}
      noValidate
    >
      <Stack>
        <TextInput
          label="Name"
          description="It stands in every message."
          required
          maxLength={100}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <CountedFields form={form} choices={choices} />
        <LimitFields form={form} />
        <ToldFields form={form} slackHost={slackHost} choices={choices} />
        <DialogActions {...foot} />
      </Stack>
    </form>
  )
}

const useAlertForm = (initialValues: AlertFormValues) =>
  useForm({ mode: 'controlled', initialValues, validate: problemsOfAlertForm })

/** The form, as its parts get it. */
export type AlertFields = { form: ReturnType<typeof useAlertForm> }

type ToldFieldsProps = AlertFields & Pick<AlertFormProps, 'slackHost' | 'choices'>

function ToldFields({ form, slackHost, choices }: ToldFieldsProps) {
  return (
    <>
      <Group gap="lg">
        <Checkbox label="Mail to the owners" {...form.getInputProps('owners', { type: 'checkbox' })} />
        <Checkbox label="Mail to the admins" {...form.getInputProps('admins', { type: 'checkbox' })} />
      </Group>
      <SimpleGrid cols={{ base: 1, sm: choices.webhooks.length > 0 ? 2 : 1 }}>
        <MultiSelect
          label="Mail to members"
          data={choices.members}
          searchable
          hidePickedOptions
          {...form.getInputProps('userIds')}
        />
        {choices.webhooks.length > 0 && (
          <MultiSelect
            label="Webhooks"
            data={choices.webhooks}
            hidePickedOptions
            {...form.getInputProps('webhookIds')}
          />
        )}
      </SimpleGrid>
      {slackHost && (
        <Radio.Group
          label="Slack"
          value={form.values.keepsSlack ? 'keep' : 'drop'}
          onChange={(value) => form.setFieldValue('keepsSlack', value === 'keep')}
        >
          <Stack gap="xs" mt={6}>
            <Radio value="keep" label={`As now, at ${slackHost}`} />
            <Radio value="drop" label="Another address, or none" />
          </Stack>
        </Radio.Group>
      )}
      {!(slackHost && form.values.keepsSlack) && (
        <TextInput
          label={slackHost ? 'Slack’s new address' : 'Slack'}
          description="The address of an incoming webhook. It is kept encrypted and is not shown again."
          placeholder="https://hooks.slack.com/services/…"
          type="url"
          autoComplete="off"
          {...form.getInputProps('slackUrl')}
        />
      )}
    </>
  )
}
