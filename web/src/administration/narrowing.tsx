import { NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import classes from './administration.module.css'
import type { Narrowed } from './queries.ts'

export type Search = { q?: string; state?: string; plan?: string; role?: string }

/** What a list is narrowed to, as the address says; anything else in the address counts as nothing. */
export const narrowedBy = ({ q, state, plan }: Search): Narrowed => ({
  ...(q && { q }),
  ...(isOneOf(['active', 'suspended'], state) && { state }),
  ...(isOneOf(['free', 'pro', 'enterprise'], plan) && { plan }),
})

const isOneOf = <Choice extends string>(
  choices: readonly Choice[],
  text: string | undefined,
): text is Choice => choices.some((choice) => choice === text)

const states = [
  { value: '', label: 'Active and suspended' },
  { value: 'active', label: 'Active' },
  { value: 'suspended', label: 'Suspended' },
]
const plans = [
  { value: '', label: 'Every plan' },
  { value: 'free', label: 'Free' },
  { value: 'pro', label: 'Pro' },
  { value: 'enterprise', label: 'Enterprise' },
]
const roles = [
  { value: '', label: 'Everybody' },
  { value: 'admin', label: 'Administrators' },
]

type NarrowingProps = { search: Search; to: '/admin/users' | '/admin/organisations'; label: string }

/** What a list is narrowed by; it is in the address, so that it can be linked to. */
export function Narrowing({ search, to, label }: NarrowingProps) {
  const navigate = useNavigate()
  const router = useRouter()
  const [typed, setTyped] = useState(search.q ?? '')
  const change = (changes: Search) => {
    const next = Object.fromEntries(Object.entries({ ...search, ...changes }).filter(([, value]) => value))
    void navigate({ to, search: next, replace: true })
  }
  // Whoever has gone on meanwhile is not brought back.
  const find = useDebouncedCallback((q: string) => {
    if (router.latestLocation.pathname === to) change({ q })
  }, 250)
  const choice = (name: 'state' | 'plan' | 'role', data: typeof states, title: string) => (
    <NativeSelect
      label={title}
      data={data}
      value={search[name] ?? ''}
      onChange={(event) => change({ [name]: event.currentTarget.value })}
    />
  )
  return (
    <div className={classes.filters}>
      <TextInput
        type="search"
        label={label}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          find(event.currentTarget.value.trim())
        }}
      />
      {choice('state', states, 'State')}
      {choice('plan', plans, 'Plan')}
      {to === '/admin/users' && choice('role', roles, 'Role')}
    </div>
  )
}
