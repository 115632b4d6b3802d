import { Group, Kbd, Stack, Text, Title } from '@mantine/core'
import { Dialog, keyNames, type Shortcut, useShortcutList } from '../ui/index.ts'

/** The keys that work on the page in view, by what they belong to. */
export function ShortcutList({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Keyboard shortcuts">
      <Shortcuts />
    </Dialog>
  )
}

function Shortcuts() {
  const groups = Object.entries(Object.groupBy(useShortcutList(), ({ group }) => group))
  return (
    <Stack gap="lg">
      {groups.map(([group, shortcuts = []]) => (
        <Stack key={group} gap="xs">
          <Title order={3}>{group}</Title>
          {shortcuts.map((shortcut) => (
            <Row key={shortcut.keys} {...shortcut} />
          ))}
        </Stack>
      ))}
    </Stack>
  )
}

function Row({ keys, label }: Shortcut) {
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">{label}</Text>
      <Group gap={4} wrap="nowrap">
        {keyNames(keys).map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </Group>
    </Group>
  )
}
