import { Group, PasswordInput, Progress, Stack, Text } from '@mantine/core'
import { passwordDemands } from '@portal/contract'
import { IconCheck, IconCircle } from '@tabler/icons-react'
import { type ComponentProps, useId } from 'react'
import { strengthOf } from './password-strength.ts'
import classes from './rows.module.css'

type NewPasswordFieldProps = Omit<ComponentProps<typeof PasswordInput>, 'value'> & { value: string }

/** A password that is being chosen, with what it still lacks. */
export function NewPasswordField({ value, ...field }: NewPasswordFieldProps) {
  const id = useId()
  return (
    <Stack gap="xs">
      <PasswordInput
        label="Password"
        required
        autoComplete="new-password"
        aria-describedby={id}
        {...field}
        value={value}
      />
      <div id={id}>
        <Strength password={value} />
        <Demands password={value} />
      </div>
    </Stack>
  )
}

function Demands({ password }: { password: string }) {
  return (
    <ul className={classes.demands} aria-label="What a password needs">
      {passwordDemands(password).map(({ demand, isMet }) => (
        <li key={demand} className={classes.demand} data-met={isMet}>
          {isMet ? <IconCheck size={14} aria-label="Met:" /> : <IconCircle size={14} aria-label="Missing:" />}
          {demand}
        </li>
      ))}
    </ul>
  )
}

function Strength({ password }: { password: string }) {
  const { percent, name } = strengthOf(password)
  const color = percent > 50 ? 'pine' : 'yellow'
  return (
    <Group gap="sm" wrap="nowrap">
      <Progress value={percent} color={color} size="sm" flex={1} aria-hidden />
      <Text size="xs" c="dimmed" {...(name && { miw: '6rem' })} ta="right" role="status">
        {name}
      </Text>
    </Group>
  )
}
