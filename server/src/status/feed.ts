// Incidents for feed readers: RSS 2.0, an item for every update.
import type { Incident, IncidentStage, StatusReport } from '@portal/contract'
import XMLBuilder from 'fast-xml-builder'

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true })

const stageWords: Record<IncidentStage, string> = {
  planned: 'planned',
  investigating: 'investigating',
  identified: 'identified',
  monitoring: 'monitoring',
  resolved: 'resolved',
}

/** The report's incidents and maintenance as a feed; `publicUrl` is where the portal is. */
export function feedOf({ at, incidents, maintenance }: StatusReport, publicUrl: string): string {
  const url = `${publicUrl}/status`
  const items = [...incidents, ...maintenance]
    .flatMap((incident) => incident.updates.map((update) => ({ incident, update })))
    .sort((one, other) => (one.update.at < other.update.at ? 1 : -1))
    .map((entry) => itemOf(entry, url))
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    rss: {
      '@version': '2.0',
      '@xmlns:atom': 'http://www.w3.org/2005/Atom',
      channel: {
        title: 'LLM Portal: status',
        link: url,
        description: 'Incidents and planned maintenance.',
        language: 'en',
        lastBuildDate: new Date(at).toUTCString(),
        'atom:link': { '@href': `${publicUrl}/status.rss`, '@rel': 'self', '@type': 'application/rss+xml' },
        item: items,
      },
    },
  })
}

type Entry = { incident: Incident; update: Incident['updates'][number] }

const itemOf = ({ incident, update }: Entry, url: string) => ({
  title: xmlText(`${incident.title}: ${stageWords[update.stage]}`),
  link: `${url}#${incident.id}`,
  guid: { '@isPermaLink': 'false', '#text': update.id },
  pubDate: new Date(update.at).toUTCString(),
  description: asHtml(
    `${update.text}\n\n${incident.components.map(({ name }) => name).join(', ')}${windowText(incident)}`,
  ),
})

const windowText = ({ kind, startsAt, endsAt }: Incident): string =>
  kind === 'maintenance' && endsAt
    ? `, from ${new Date(startsAt).toUTCString()} to ${new Date(endsAt).toUTCString()}`
    : ''

/** Readers take descriptions for HTML. */
const asHtml = (text: string): string =>
  xmlText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** XML has no control characters but these three, nor a way to write them (XML 1.0 §2.2). */
const xmlText = (text: string): string =>
  text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
