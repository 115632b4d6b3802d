import { Anchor, Group, SimpleGrid, Text } from '@mantine/core'
import { Page, Section, TextLink } from '../ui/index.ts'
import { guideParts } from './contents.ts'
import classes from './guide.module.css'

/** Everything that the guide tells. */
export function GuideContentsPage() {
  return (
    <Page
      title="Help"
      description="How to use the API, your account and the portal. The addresses in the examples are this portal’s own."
    >
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        {guideParts.map(({ title, pages }) => (
          <Section key={title} title={title}>
            <ul className={classes.pages}>
              {pages.map(({ name, title: pageTitle, about }) => (
                <li key={name}>
                  <TextLink to="/docs/$page" params={{ page: name }} fw={600}>
                    {pageTitle}
                  </TextLink>
                  <Text size="sm" c="dimmed">
                    {about}
                  </Text>
                </li>
              ))}
            </ul>
          </Section>
        ))}
      </SimpleGrid>
      <Section title="Status" description="Whether everything works, and how it has worked for 90 days.">
        <Group>
          <TextLink to="/status">Status page</TextLink>
        </Group>
      </Section>
      <Section
        title="Reference"
        description="Every endpoint, field and error, for tools that read OpenAPI 3.1."
      >
        <Group>
          <Anchor href="/api/openapi.json" target="_blank" rel="noreferrer">
            OpenAPI description (JSON)
          </Anchor>
        </Group>
      </Section>
    </Page>
  )
}
