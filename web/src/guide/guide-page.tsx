import { Group, Text } from '@mantine/core'
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ButtonLink, Loaded, Page, TextLink } from '../ui/index.ts'
import { Article } from './article.tsx'
import { type GuidePage, guidePages } from './contents.ts'
import classes from './guide.module.css'
import { guideQuery } from './guide-text.ts'
import { type Heading, headingsOf, tokensOf } from './markdown.ts'

/** One page of the guide. */
export function GuidePageReader() {
  const { page: name } = useParams({ from: '/guide/docs/$page' })
  const page = guidePages.find((each) => each.name === name)
  return page ? <Reader key={name} page={page} /> : <NoSuchPage />
}

function Reader({ page }: { page: GuidePage }) {
  const text = useQuery(guideQuery(page.name))
  return (
    <Page title={page.title} tabTitle={`${page.title} · Help`} description={<BackToAll />}>
      <Loaded query={text} what="this page" rows={8}>
        {(markdown) => {
          const tokens = tokensOf(markdown, location.origin)
          return (
            <div className={classes.reader}>
              <div className={classes.column}>
                <Article tokens={tokens} />
                <Neighbours page={page} />
              </div>
              <OnThisPage page={page} headings={headingsOf(tokens)} />
            </div>
          )
        }}
      </Loaded>
    </Page>
  )
}

const BackToAll = () => (
  <TextLink to="/docs" size="sm">
    All help pages
  </TextLink>
)

function OnThisPage({ page, headings }: { page: GuidePage; headings: readonly Heading[] }) {
  if (headings.length < 2) return null
  return (
    <nav className={classes.onThisPage} aria-label="On this page">
      <Text size="sm" fw={600} mb={6}>
        On this page
      </Text>
      <ul className={classes.headings}>
        {headings.map(({ text, id }) => (
          <li key={id}>
            <TextLink to="/docs/$page" params={{ page: page.name }} hash={id} size="sm" underline="hover">
              {text}
            </TextLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** The ways to the page before and the one after. */
function Neighbours({ page }: { page: GuidePage }) {
  const index = guidePages.indexOf(page)
  const [before, after] = [guidePages[index - 1], guidePages[index + 1]]
  return (
    <Group justify="space-between" gap="sm" className={classes.neighbours}>
      {before && (
        <ButtonLink
          to="/docs/$page"
          params={{ page: before.name }}
          variant="default"
          leftSection={<IconArrowLeft size={16} aria-hidden />}
        >
          {before.title}
        </ButtonLink>
      )}
      {after && (
        <ButtonLink
          to="/docs/$page"
          params={{ page: after.name }}
          variant="default"
          ml="auto"
          rightSection={<IconArrowRight size={16} aria-hidden />}
        >
          {after.title}
        </ButtonLink>
      )}
    </Group>
  )
}

const NoSuchPage = () => (
  <Page
    title="There is no such help page"
    description="It may have been renamed, or the link is wrong."
    width="narrow"
  >
    <Group>
      <ButtonLink to="/docs">All help pages</ButtonLink>
    </Group>
  </Page>
)
