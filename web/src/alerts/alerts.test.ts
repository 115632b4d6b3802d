import type { Alert } from '@portal/contract'
import { expect, test } from 'vitest'
import {
  type AlertFormValues,
  bodyOfAlertForm,
  emptyAlertForm,
  formOfAlert,
  problemsOfAlertForm,
} from './alert-form-values.ts'
import { besidesText, countedText, eventText, periodText, toldText, usedText } from './alert-words.ts'

const state = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' }
const alert: Alert = {
  ...{ id: 'alr_1', name: 'Mine', enabled: true, measure: 'tokens', limit: 'plan', period: 'month' },
  ...{
    apiKey: null,
    model: null,
    thresholds: [50, 100],
    recurringStepPercent: null,
    createdAt: state.from,
    failure: null,
  },
  ...{ mail: { owners: true, admins: false, members: [] }, slack: { host: 'hooks.slack.com' }, webhooks: [] },
  state: { ...state, used: 0, limit: 1000, percent: 0, threshold: null, severity: null, firedAt: null },
}
const form = (values: Partial<AlertFormValues> = {}) => ({
  ...emptyAlertForm,
  name: 'Mine',
  limit: 5,
  ...values,
})

test('[W-131] figures, periods and who is told are in words', () => {
  expect(usedText('tokens', { used: 900, limit: 1000 })).toBe('900 of 1,000 tokens')
  expect(usedText('cost', { used: 0.0042, limit: 5 })).toBe('$0.0042 of $5.00')
  expect(usedText('tokens', { used: 7, limit: null })).toBe('7 tokens, no limit')
  expect(usedText('cost', { used: null, limit: 5 })).toBe('of $5.00')
  expect(countedText({ ...alert, apiKey: { id: 'key', name: null } })).toBe(
    'The key that is gone, by the month',
  )
  expect(toldText(alert)).toBe('Mail to owners, Slack')
  const members = [{ id: 'usr', name: 'Ada' }]
  const mailed = (mail: Partial<Alert['mail']>) =>
    toldText({ ...alert, mail: { owners: false, admins: false, members: [], ...mail }, slack: null })
  expect(mailed({ owners: true, members })).toBe('Mail to owners and 1 member')
  expect(mailed({ owners: true, admins: true, members })).toBe('Mail to owners, admins and 1 member')
  expect(mailed({})).toBe('Nobody')
  expect(periodText(state)).toBe('Nov 1 – Nov 30')
  expect(periodText({ from: state.from, to: '2026-11-02T00:00:00Z' })).toBe('Nov 1')
})

test('[W-134] what was said names the highest threshold, and those beside it', () => {
  const said = { type: 'triggered' as const, thresholds: [50, 75], reason: null }
  expect([eventText(said), besidesText(said)]).toEqual(['75 % reached', '50 % at the same time'])
  const steps = Array.from({ length: 60 }, (_, i) => (i + 1) * 25)
  expect(besidesText({ ...said, thresholds: steps })).toBe(
    '25, 50, 75, 100, 125, …, 1,475 % at the same time',
  )
  expect(eventText({ ...said, thresholds: steps })).toBe('1,500 % reached')
  const resolved = { ...said, type: 'resolved' as const }
  expect(eventText({ ...resolved, reason: 'back_under' })).toBe('Below 75 % again')
  expect(eventText({ ...resolved, reason: 'new_period' })).toBe('New period after 75 %')
})

test('[W-132] a form becomes what the API takes; a Slack address that is kept is left out', () => {
  expect(bodyOfAlertForm(form())).toMatchObject({ limit: 5, apiKey: null, slackUrl: null })
  expect(bodyOfAlertForm(form())).toMatchObject({
    recurringStepPercent: 25,
    mail: { owners: true, admins: true },
  })
  expect(bodyOfAlertForm(form({ recurringStepPercent: '' }))).toMatchObject({ recurringStepPercent: null })
  expect(bodyOfAlertForm(formOfAlert(alert))).toMatchObject({ recurringStepPercent: null })
  expect(bodyOfAlertForm(formOfAlert(alert))).toMatchObject({ limit: 'plan', thresholds: [50, 100] })
  expect(bodyOfAlertForm(formOfAlert(alert))).not.toHaveProperty('slackUrl')
  expect(bodyOfAlertForm({ ...formOfAlert(alert), keepsSlack: false })).toMatchObject({ slackUrl: null })
  expect(bodyOfAlertForm(form({ isOfPlan: true }))).toMatchObject({ measure: 'cost', limit: 5 })
})

test('[W-132] what is missing is said by field', () => {
  expect(problemsOfAlertForm(form())).toEqual({})
  expect(Object.keys(problemsOfAlertForm(form({ name: ' ', limit: '', thresholds: ['5', '5'] })))).toEqual([
    ...['name', 'limit', 'thresholds'],
  ])
  expect(problemsOfAlertForm(form({ counted: 'key' }))).toEqual({ apiKey: 'Choose a key.' })
  expect(problemsOfAlertForm(form({ counted: 'model' }))).toEqual({ model: 'Choose a model.' })
  expect(problemsOfAlertForm(form({ thresholds: ['1.5'] }))).toHaveProperty('thresholds')
  expect(problemsOfAlertForm(form({ recurringStepPercent: 5 }))).toHaveProperty('recurringStepPercent')
  expect(problemsOfAlertForm(form({ recurringStepPercent: '' }))).toEqual({})
  expect(problemsOfAlertForm(form({ thresholds: ['many'] }))).toHaveProperty('thresholds')
})
