import { Stack, Text } from '@mantine/core'
import type { AdministeredTarget } from '@portal/contract'

const states: Record<AdministeredTarget['state'], string | null> = {
  active: null,
  draining: 'draining',
  disabled: 'switched off',
  missing: 'no such provider',
  unusable: 'not usable',
}

type TargetHealthProps = {
  target: AdministeredTarget
  /** Of the requests, from 0 to 1; null where it is the only one. */
  share: number | null
}

/** One target: where it is, what part of the requests it gets, and how it has been doing. */
export function TargetHealth({ target, share }: TargetHealthProps) {
  const { provider, model, state, health } = target
  const words = healthWords(health)
  const standing = states[state]
  return (
    <Stack gap={0} maw="18rem">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {provider}/{model}
        {share !== null && ` · ${Math.round(share * 100)}%`}
      </Text>
      <Text size="xs" c="dimmed">
        {standing && <b>{standing} · </b>}
        {health.isOpen && (
          <Text span inherit fw={600} c="var(--mantine-color-error)">
            failing, tried last ·{' '}
          </Text>
        )}
        {words}
      </Text>
    </Stack>
  )
}

function healthWords({ answers, failures, latencyMs }: AdministeredTarget['health']): string {
  const tried = answers + failures
  if (tried === 0) return 'not asked'
  const rate = Math.round((failures / tried) * 100)
  const failed = failures === 0 ? 'no failures' : `${rate}% failed`
  const took = latencyMs === null ? [] : [durationText(latencyMs)]
  return [`${tried.toLocaleString('en')} tried`, failed, ...took].join(' · ')
}

/** Milliseconds as people read them. */
export const durationText = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
