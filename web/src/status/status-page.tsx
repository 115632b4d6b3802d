import type { StatusReport } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { Loaded, Page, Section } from '../ui/index.ts'
import { ComponentList } from './component-list.tsx'
import { Figures } from './figures.tsx'
import { IncidentEntry } from './incident-entry.tsx'
import { Overall } from './overall.tsx'
import { PastIncidents } from './past-incidents.tsx'
import { statusQuery } from './status-queries.ts'
import { Subscribe } from './subscribe.tsx'

/** How the portal works and has worked, for everybody. */
export function StatusPage() {
  const report = useQuery(statusQuery)
  return (
    <Page title="Status">
      <link rel="alternate" type="application/rss+xml" title="Status" href="/status.rss" />
      <Loaded query={report} what="the status" rows={6}>
        {(data) => <Shown report={data} />}
      </Loaded>
    </Page>
  )
}

function Shown({ report }: { report: StatusReport }) {
  const open = report.incidents.filter(({ endsAt }) => endsAt === null)
  const over = report.incidents.filter(({ endsAt }) => endsAt !== null)
  const isModel = ({ id }: { id: string }) => id.startsWith('model:')
  const models = report.components.filter(isModel)
  return (
    <>
      <Overall report={report} />
      {open.length > 0 && (
        <Section title="Now">
          {open.map((incident) => (
            <IncidentEntry key={incident.id} incident={incident} />
          ))}
        </Section>
      )}
      {report.maintenance.length > 0 && (
        <Section title="Planned maintenance">
          {report.maintenance.map((incident) => (
            <IncidentEntry key={incident.id} incident={incident} />
          ))}
        </Section>
      )}
      <Section title="The portal" description="Looked at every minute. Days are those of UTC.">
        <ComponentList components={report.components.filter((component) => !isModel(component))} />
      </Section>
      {models.length > 0 && (
        <Section title="Models" description="By what became of the requests of the last minutes.">
          <ComponentList components={models} />
        </Section>
      )}
      <Section title="In figures">
        <Figures report={report} />
      </Section>
      <Section title="Past incidents">
        <PastIncidents incidents={over} />
      </Section>
      <Section
        title="Get told"
        description="When something does not work, goes on and is over, and what is planned."
      >
        <Subscribe />
      </Section>
    </>
  )
}
