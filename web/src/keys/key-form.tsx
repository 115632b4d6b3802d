import {
  Accordion,
  Checkbox,
  Group,
  NativeSelect,
  NumberInput,
  Radio,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { fieldErrors } from '../api/index.ts'
import { DialogActions, useFoldedPart } from '../ui/index.ts'
import { type KeyFormValues, problemsOfForm } from './key-form-values.ts'

type SendForm = (values: KeyFormValues, on: { onError: (failure: Error) => void }) => void

type KeyFormProps = {
  initial: KeyFormValues
  /** When the key ends now, in words; null for a new one. */
  currentExpiry: string | null
  action: string
  isBusy: boolean
  error: Error | null
  onSubmit: SendForm
  onClose: () => void
}

/** The settings of an API key. */
export function KeyForm({ initial, currentExpiry, action, isBusy, error, onSubmit, onClose }: KeyFormProps) {
  const form = useKeyForm(initial)
  const { openPart, setOpenPart, showErrors } = useFoldedPart(form, 'limits', limitFields)
  const onError = (failure: Error) => showErrors(fieldErrors(failure))
  return (
    <form onSubmit={form.onSubmit((values) => onSubmit(values, { onError }), showErrors)} noValidate>
      <Stack>
        <TextInput
          label="Name"
          description="What it is for, such as the program that uses it."
          required
          maxLength={100}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Textarea
          label="Description"
          autosize
          minRows={1}
          maxRows={4}
          maxLength={500}
          {...form.getInputProps('description')}
        />
        <AccessFields form={form} />
        <Accordion variant="separated" chevronPosition="left" value={openPart} onChange={setOpenPart}>
          <Accordion.Item value="limits">
            <Accordion.Control>Limits, addresses and expiry</Accordion.Control>
            <Accordion.Panel>
              <LimitFields form={form} currentExpiry={currentExpiry} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
        <DialogActions {...{ action, isBusy, error, onClose }} />
      </Stack>
    </form>
  )
}

/** What stands in the part of the form that is folded at first. */
const limitFields = ['rpmLimit', 'dailyLimit', 'monthlyLimit', 'ipWhitelist', 'expiry']

const useKeyForm = (initialValues: KeyFormValues) =>
  useForm({ mode: 'controlled', initialValues, validate: problemsOfForm })

type Fields = { form: ReturnType<typeof useKeyForm> }

function AccessFields({ form }: Fields) {
  return (
    <>
      <Radio.Group label="Access" {...form.getInputProps('access')}>
        <Stack gap="xs" mt={6}>
          <Radio
            value="models"
            label="Model calls"
            description="Calls models and nothing else. Right for programs and agents."
          />
          <Radio
            value="full"
            label="Everything"
            description="Also reads usage and manages keys. Keep it where only you can read it."
          />
          <Radio
            value="read"
            label="Reading"
            description="Sees the account, but calls no model and changes nothing."
          />
        </Stack>
      </Radio.Group>
      <Checkbox.Group
        label="Permissions"
        description="What kinds of requests it may send."
        {...form.getInputProps('permissions')}
      >
        <Group mt={6}>
          <Checkbox value="chat" label="Chat" />
          <Checkbox value="images" label="Images" />
          <Checkbox value="vision" label="Vision" />
        </Group>
      </Checkbox.Group>
    </>
  )
}

function LimitFields({ form, currentExpiry }: Fields & { currentExpiry: string | null }) {
  const limit = {
    min: 1,
    allowDecimal: false,
    allowNegative: false,
    thousandSeparator: ',',
    placeholder: 'No limit',
  }
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <NumberInput label="Requests a minute" {...limit} {...form.getInputProps('rpmLimit')} />
        <NumberInput label="Tokens a day" {...limit} {...form.getInputProps('dailyLimit')} />
        <NumberInput label="Tokens a month" {...limit} {...form.getInputProps('monthlyLimit')} />
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        Days and months begin at midnight UTC.
      </Text>
      <TagsInput
        label="Allowed addresses"
        description="IP addresses or ranges the key works from. Empty allows every address."
        placeholder="203.0.113.7 or 10.0.0.0/8"
        splitChars={[',', ' ', ';']}
        acceptValueOnBlur
        {...form.getInputProps('ipWhitelist')}
      />
      <NativeSelect
        label="Expires"
        data={[
          ...(currentExpiry ? [{ value: 'keep', label: `As now: ${currentExpiry}` }] : []),
          { value: 'never', label: 'Never' },
          { value: '7', label: 'In 7 days' },
          { value: '30', label: 'In 30 days' },
          { value: '90', label: 'In 90 days' },
          { value: '365', label: 'In a year' },
        ]}
        {...form.getInputProps('expiry')}
      />
    </Stack>
  )
}
