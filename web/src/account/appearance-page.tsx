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
            label="Same as the system"
            description="Follows your system between light and dark."
          />
          <Radio value="light" label="Light" />
          <Radio value="dark" label="Dark" />
        </Stack>
      </Radio.Group>
    </Section>
  )
}
