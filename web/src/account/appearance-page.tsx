import { Radio, Stack, useMantineColorScheme } from '@mantine/core'
import { Section } from '../ui/index.ts'

/** How the portal looks in this browser. */
export function AppearancePage() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Section title="Appearance" description="For this browser.">
      <Radio.Group
        label="Theme"
        value={colorScheme}
        onChange={(value) => setColorScheme(value as typeof colorScheme)}
      >
        <Stack gap="xs" mt={6}>
          <Radio
            value="auto"
            label="As the system"
            description="Light by day and dark by night, if your system does so."
          />
          <Radio value="light" label="Light" />
          <Radio value="dark" label="Dark" />
        </Stack>
      </Radio.Group>
    </Section>
  )
}
