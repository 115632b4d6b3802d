import { Badge } from '@mantine/core'
import type { AdministeredProvider } from '@portal/contract'

const sources: Record<AdministeredProvider['source'], string | null> = {
  file: 'From the file',
  environment: 'From the environment',
  found: 'Found here',
  added: null,
}

/** Where something comes from, and whether it was changed here; nothing for what was added. */
export function SourceBadge({ source, isChanged }: Pick<AdministeredProvider, 'source' | 'isChanged'>) {
  const words = sources[source]
  if (!words) return null
  return (
    <Badge color="gray" size="sm">
      {words}
      {isChanged && ', changed'}
    </Badge>
  )
}
