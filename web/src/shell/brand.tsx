import { Group, Text } from '@mantine/core'

/** The portal's mark and name. */
export function Brand() {
  return (
    <Group gap="xs" wrap="nowrap">
      <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#0d5c52" />
        <path
          d="M10 25V14a6 6 0 0 1 12 0v11"
          fill="none"
          stroke="#f4efe4"
          strokeWidth="3"
          strokeLinecap="round"
        />
        <circle cx="16" cy="19" r="2.4" fill="#f0b35c" />
      </svg>
      <Text fw={650} size="md" component="span">
        LLM Portal
      </Text>
    </Group>
  )
}
