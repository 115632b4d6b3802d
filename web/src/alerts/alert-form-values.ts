// What stands in the form of an alert, and what of it goes to the API.
import { type Alert, type AlertMeasure, type AlertPeriod, CreateAlertBody } from '@portal/contract'
import type { z } from 'zod'

/** `limit` is empty where the plan's is meant; `slackUrl` is empty where there is none, or it stays as it is. */
export type AlertFormValues = {
  name: string
  measure: AlertMeasure
  isOfPlan: boolean
  limit: number | ''
  period: AlertPeriod
  counted: 'all' | 'key' | 'model'
  apiKey: string
  model: string
  thresholds: string[]
  /** Empty where it fires at the thresholds alone. */
  recurringStepPercent: number | ''
  owners: boolean
  admins: boolean
  userIds: string[]
  slackUrl: string
  /** An address that is kept: it is not shown, but can be taken out or replaced. */
  keepsSlack: boolean
  webhookIds: string[]
}

type AlertFormBody = z.input<typeof CreateAlertBody>

/** A new alert, on the organisation's cost this month. */
export const emptyAlertForm: AlertFormValues = {
  ...{ name: '', measure: 'cost', isOfPlan: false, limit: '', period: 'month' },
  ...{ counted: 'all', apiKey: '', model: '', thresholds: ['50', '75', '90', '100'] },
  recurringStepPercent: 25,
  ...{ owners: true, admins: true, userIds: [], slackUrl: '', keepsSlack: false, webhookIds: [] },
}

/** The form of an alert that exists. */
export const formOfAlert = (alert: Alert): AlertFormValues => ({
  ...{ name: alert.name, measure: alert.measure, period: alert.period },
  isOfPlan: alert.limit === 'plan',
  limit: alert.limit === 'plan' ? '' : alert.limit,
  counted: alert.apiKey ? 'key' : alert.model ? 'model' : 'all',
  apiKey: alert.apiKey?.id ?? '',
  model: alert.model ?? '',
  thresholds: alert.thresholds.map(String),
  recurringStepPercent: alert.recurringStepPercent ?? '',
  ...{ owners: alert.mail.owners, admins: alert.mail.admins },
  userIds: alert.mail.members.map(({ id }) => id),
  slackUrl: '',
  keepsSlack: alert.slack !== null,
  webhookIds: alert.webhooks.map(({ id }) => id),
})

/** Whether the plan's own limit can be meant: it is of tokens, by the month. */
export const mayBeOfPlan = ({ measure, period }: Pick<AlertFormValues, 'measure' | 'period'>): boolean =>
  measure === 'tokens' && period === 'month'

/** The body of a create or an update; a Slack address that is kept is left out. */
export const bodyOfAlertForm = (values: AlertFormValues): AlertFormBody => ({
  ...{ name: values.name.trim(), measure: values.measure, period: values.period },
  limit: values.isOfPlan && mayBeOfPlan(values) ? 'plan' : values.limit === '' ? 0 : values.limit,
  apiKey: values.counted === 'key' ? values.apiKey : null,
  model: values.counted === 'model' ? values.model : null,
  thresholds: values.thresholds.map(Number),
  recurringStepPercent: values.recurringStepPercent === '' ? null : values.recurringStepPercent,
  mail: { owners: values.owners, admins: values.admins, userIds: values.userIds },
  webhookIds: values.webhookIds,
  ...(values.slackUrl.trim()
    ? { slackUrl: values.slackUrl.trim() }
    : values.keepsSlack
      ? {}
      : { slackUrl: null }),
})

const demands: Record<string, string> = {
  name: 'Enter a name of at most 100 characters.',
  limit: 'Enter an amount above 0.',
  thresholds: 'Enter 1 to 10 different whole percentages from 1 to 1000.',
  recurringStepPercent: 'Enter a whole percentage from 10 to 1000, or nothing.',
  model: 'Choose a model.',
}

/** What is wrong with a form by the contract's own rules, by field. */
export function problemsOfAlertForm(values: AlertFormValues): Record<string, string> {
  const parsed = CreateAlertBody.safeParse(bodyOfAlertForm(values))
  const issues = parsed.success ? [] : parsed.error.issues
  const problems = Object.fromEntries(
    issues.map(({ path: [field], message }) => [String(field), demands[String(field)] ?? message]),
  )
  return values.counted === 'key' && !values.apiKey ? { ...problems, apiKey: 'Choose a key.' } : problems
}
