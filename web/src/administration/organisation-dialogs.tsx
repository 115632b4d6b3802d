// Every dialog about an organisation.
import { NumberInput, Radio, Stack, Text, TextInput } from '@mantine/core'
import {
  type AdminOrganisationDetail,
  administrationEndpoints as endpoints,
  type Overrides,
  PlanId,
} from '@portal/contract'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { ConfirmDialog, DialogForm, useChange } from '../ui/index.ts'
import { overrideNames } from './override-names.ts'
import { adminQueries } from './queries.ts'
import { ReasonDialog } from './user-dialogs.tsx'
import { planWords } from './words.ts'

/** What is being done to an organisation. */
export type OrganisationAction = 'plan' | 'overrides' | 'suspend' | 'reinstate'

type DialogProps = { organisation: AdminOrganisationDetail; onClose: () => void }

/** The dialog that is open. */
export function OrganisationDialogs({ action, ...rest }: DialogProps & { action: OrganisationAction }) {
  if (action === 'plan') return <PlanDialog {...rest} />
  if (action === 'overrides') return <OverridesDialog {...rest} />
  return action === 'suspend' ? <SuspendDialog {...rest} /> : <ReinstateDialog {...rest} />
}

function PlanDialog({ organisation: { id, name, plan: present }, onClose }: DialogProps) {
  const [plan, setPlan] = useState(present)
  const { mutate, isPending, error } = useChange({
    rereads: [adminQueries.all],
    change: () => call(endpoints.setPlan, { params: { organisationId: id }, body: { plan } }),
    done: `${name} is on the ${planWords[plan]} plan.`,
    onDone: onClose,
  })
  return (
    <DialogForm
      title={`Plan of ${name}`}
      action="Set plan"
      isReady={plan !== present}
      isBusy={isPending}
      error={error}
      onSubmit={() => mutate()}
      onClose={onClose}
    >
      <Radio.Group
        label="Plan"
        description="It counts from the next request on."
        value={plan}
        onChange={(value) => setPlan(PlanId.parse(value))}
      >
        <Stack gap="xs" mt="sm">
          {PlanId.options.map((each) => (
            <Radio key={each} value={each} label={planWords[each]} />
          ))}
        </Stack>
      </Radio.Group>
    </DialogForm>
  )
}

type Typed = Record<string, string | number>

function OverridesDialog({ organisation: { id, name, overrides }, onClose }: DialogProps) {
  const [typed, setTyped] = useState<Typed>(() => typedFrom(overrides))
  const [until, setUntil] = useState(() => untilOf(overrides))
  const { mutate, isPending, error } = useChange({
    rereads: [adminQueries.all],
    change: () =>
      call(endpoints.setOverrides, {
        params: { organisationId: id },
        body: { overrides: overridesFrom(typed, until) },
      }),
    done: `What ${name} is allowed is set.`,
    onDone: onClose,
  })
  return (
    <DialogForm
      title={`Own limits of ${name}`}
      action="Set limits"
      isBusy={isPending}
      error={error}
      onSubmit={() => mutate()}
      onClose={onClose}
    >
      <Text size="sm">What is left empty is the plan’s. It counts from the next request on.</Text>
      {overrideNames.map(({ name: field, label, unit }) => (
        <NumberInput
          key={field}
          label={label}
          suffix={unit}
          placeholder="As the plan says"
          min={1}
          allowDecimal={false}
          thousandSeparator=","
          value={typed[field] ?? ''}
          onChange={(value) => setTyped({ ...typed, [field]: value })}
        />
      ))}
      <TextInput
        type="date"
        label="Until"
        description="For good unless given."
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
    </DialogForm>
  )
}

const typedFrom = (overrides: Overrides): Typed =>
  Object.fromEntries(
    overrideNames.flatMap(({ name, step }) => {
      const value = overrides[name]?.value
      return typeof value === 'number' ? [[name, Math.round(value / step)]] : []
    }),
  )

/** The day up to which they count: one for all here, of which programs may set several. */
const untilOf = (overrides: Overrides): string =>
  Object.values(overrides)
    .find((override) => override?.until)
    ?.until?.slice(0, 10) ?? ''

const overridesFrom = (typed: Typed, until: string): Overrides => {
  const ends = until ? new Date(`${until}T23:59:59Z`).toISOString() : null
  return Object.fromEntries(
    overrideNames.flatMap(({ name, step }) => {
      const value = typed[name]
      return typeof value === 'number' ? [[name, { value: value * step, until: ends }]] : []
    }),
  )
}

function SuspendDialog({ organisation: { id, name }, onClose }: DialogProps) {
  const { mutate, isPending, error } = useChange({
    rereads: [adminQueries.all],
    change: (reason: string) =>
      call(endpoints.suspendOrganisation, { params: { organisationId: id }, body: { reason } }),
    done: `${name} is suspended.`,
    onDone: onClose,
  })
  return (
    <ReasonDialog
      title={`Suspend ${name}`}
      label="Suspend"
      about="Its API keys are refused and its people can only read, until you let it work again."
      isBusy={isPending}
      error={error}
      onReason={mutate}
      onClose={onClose}
    />
  )
}

function ReinstateDialog({ organisation: { id, name }, onClose }: DialogProps) {
  const { mutate, isPending, error } = useChange({
    rereads: [adminQueries.all],
    change: () => call(endpoints.reinstateOrganisation, { params: { organisationId: id }, body: {} }),
    done: `${name} works again.`,
    onDone: onClose,
  })
  return (
    <ConfirmDialog
      opened
      title={`Let ${name} work again`}
      action="Let it work"
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      Its API keys work again, and its people can do what their roles allow.
    </ConfirmDialog>
  )
}
