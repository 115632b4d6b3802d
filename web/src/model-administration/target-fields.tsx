import { ActionIcon, Button, Group, Input, NativeSelect, NumberInput, Stack, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { ModelFormFields } from './model-form.tsx'
import classes from './target-fields.module.css'

type TargetFieldsProps = ModelFormFields & { providers: readonly string[] }

/** Where requests to a model go. */
export function TargetFields({ form, providers }: TargetFieldsProps) {
  const { targets } = form.values
  const add = () => form.insertListItem('targets', { provider: providers[0] ?? '', model: '', weight: 1 })
  return (
    <Stack gap="xs" role="group" aria-label="Targets">
      <div>
        <Input.Label component="div">Targets</Input.Label>
        <Input.Description>
          {targets.length > 1
            ? 'Requests are divided by weight; where one fails, another is tried.'
            : 'Where its requests go. With more than one they are divided.'}
        </Input.Description>
      </div>
      {targets.map((_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: fields are named by their place
        <OneTarget key={at} form={form} at={at} providers={providers} />
      ))}
      {form.errors.targets && <Input.Error>{form.errors.targets}</Input.Error>}
      <Group>
        <Button variant="default" size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
          Add target
        </Button>
      </Group>
    </Stack>
  )
}

function OneTarget({ form, at, providers }: TargetFieldsProps & { at: number }) {
  const { targets } = form.values
  const own = targets[at]?.provider ?? ''
  // One that is gone stays to be seen until another is chosen.
  const known = own === '' || providers.includes(own) ? providers : [own, ...providers]
  const isOnly = targets.length === 1
  const number = isOnly ? '' : ` ${at + 1}`
  return (
    <div className={classes.target} data-only={isOnly}>
      <NativeSelect
        label={`Provider${number}`}
        data={[...known]}
        {...form.getInputProps(`targets.${at}.provider`)}
      />
      <TextInput
        label={`Model there${number}`}
        placeholder="llama-3.3-70b"
        required
        {...form.getInputProps(`targets.${at}.model`)}
      />
      {!isOnly && (
        <>
          <NumberInput
            label={`Weight${number}`}
            min={0}
            decimalScale={6}
            {...form.getInputProps(`targets.${at}.weight`)}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            className={classes.remove}
            aria-label={`Remove target ${at + 1}`}
            onClick={() => form.removeListItem('targets', at)}
          >
            <IconTrash size={17} aria-hidden />
          </ActionIcon>
        </>
      )}
    </div>
  )
}
