import { severityNames, severityOf } from '@portal/contract'
import { alertsPath, type LinkTo, type Notice } from './notice.ts'

/** Text as Slack shows it, whatever it holds: nothing in it addresses anybody or leads anywhere (Slack, "Formatting text"). */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Signs that make text bold, struck or code are left out of names. */
const named = (name: string): string => escaped(name.replace(/[*_~`\n\r]+/g, ' ').trim())

const titles: Record<Notice['type'], (notice: Notice) => string> = {
  triggered: ({ threshold }) => `${severityNames[severityOf(threshold)]}: ${threshold} % reached`,
  resolved: ({ threshold }) => `Resolved: ${threshold} %`,
  test: () => 'Test of an alert',
}

const sentences: Record<Notice['type'], (notice: Notice) => string> = {
  triggered: ({ organisation }) => `${named(organisation.name)} has used`,
  resolved: ({ event }) =>
    event.reason === 'new_period' ? 'A new period has begun. Used so far:' : 'The use is below it again:',
  test: () => 'Nothing was crossed; this shows that messages arrive. Used so far:',
}

/** A message for an incoming webhook of Slack’s, in blocks, with a text for notifications. */
export function slackBody(notice: Notice, linkTo: LinkTo): string {
  const { alert, counted, figures, period, usagePath } = notice
  const title = titles[notice.type](notice)
  const lines = [
    `${sentences[notice.type](notice)} *${figures}*`,
    `Period: ${period}`,
    ...(counted ? [`Counted: the ${counted.kind} ${named(counted.name)} alone`] : []),
  ]
  return JSON.stringify({
    text: `${title} · ${named(alert.name)} · ${figures}`,
    blocks: [
      // Plain text: nothing in it is read as a sign.
      {
        type: 'header',
        text: { type: 'plain_text', text: `${title} · ${alert.name}`.slice(0, 150), emoji: false },
      },
      // Verbatim: Slack makes links and mentions only of what is marked as such.
      { type: 'section', text: { type: 'mrkdwn', text: lines.join('\n'), verbatim: true } },
      {
        type: 'context',
        elements: [
          {
            type: 'mrkdwn',
            verbatim: true,
            text: `<${linkTo(usagePath)}|See the usage> · <${linkTo(alertsPath)}|Change this alert>`,
          },
        ],
      },
    ],
  })
}
