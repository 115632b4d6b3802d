// What the portal itself writes about incidents, and at the top of the page.
import type { IncidentImpact, StatusState } from '@portal/contract'
import { isModel, portalComponents } from './component.ts'
import type { Finding } from './finding.ts'

/** What is said whatever it is about. */
export const sentences = {
  resolved: 'It works again, and has done so for five minutes.',
  gone: 'It is no longer offered, so it is no longer looked at.',
  gapTitle: 'The portal did not run',
  gap: (minutes: number) =>
    `It was stopped, or could not record how it works. It runs again, after ${duration(minutes)}.`,
  away: 'The portal cannot read its database. What is shown is how it was before.',
}

/** The title of an incident of one component. */
export const titleOf = (name: string, impact: IncidentImpact): string =>
  impact === 'down' ? `${name} is down` : `${name} has problems`

const downTexts: Record<string, string> = {
  [portalComponents.api.id]: 'The API does not answer requests.',
  [portalComponents.chat.id]: 'Chats cannot be opened.',
  [portalComponents.files.id]: 'Files cannot be stored and read.',
}

/** The first update of an incident that the portal opens. */
export const openedText = (finding: Finding, impact: IncidentImpact): string =>
  `${foundText(finding, impact)} We are looking into it.`

/** The update that says that something slow or shaky does not work at all. */
export const worseText = (finding: Finding): string => foundText(finding, 'down')

function foundText(finding: Finding, impact: IncidentImpact): string {
  const { component, errorRate } = finding
  if (isModel(component)) return failing(finding)
  if (errorRate !== null) return `${Math.round(errorRate)} % of requests of the last five minutes failed.`
  return impact === 'down' ? (downTexts[component] ?? 'It does not work.') : 'It is slower than usual.'
}

const failing = ({ errorRate }: Finding): string =>
  errorRate === null
    ? 'Its servers do not answer.'
    : `${Math.round(errorRate)} % of its requests of the last five minutes failed by its servers.`

function duration(minutes: number): string {
  if (minutes < 120) return `${minutes} minutes`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `about ${hours} hours` : `about ${Math.round(hours / 24)} days`
}

type Shown = { name: string; state: StatusState }

const namesMax = 3

/** How everything is, in one sentence. */
export function overallSentence(components: readonly Shown[]): string {
  const of = (state: StatusState) => components.filter((component) => component.state === state)
  const [down, degraded, maintained] = [of('down'), of('degraded'), of('maintenance')]
  if (components.every(({ state }) => state === 'unknown')) return 'Nothing was measured yet.'
  const parts = [
    down.length > 0 && `${namesOf(down)} ${down.length > 1 ? 'are' : 'is'} down`,
    degraded.length > 0 && `${namesOf(degraded)} ${degraded.length > 1 ? 'have' : 'has'} problems`,
    maintained.length > 0 &&
      `${namesOf(maintained)} ${maintained.length > 1 ? 'are' : 'is'} being maintained`,
  ].filter((part) => part !== false)
  return parts.length > 0 ? `${parts.join('; ')}.` : 'Everything works.'
}

function namesOf(components: readonly Shown[]): string {
  const names = components.map(({ name }) => name)
  if (names.length > namesMax) return `${names.length} components`
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '')
}
