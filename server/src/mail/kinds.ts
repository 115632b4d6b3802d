// Every mail the portal sends. Each says why it was sent and what to do for somebody who did not ask for it.
import { severityNames, severityOf } from '@portal/contract'
import type { Letter } from './letter.ts'
import { instant, oneLine, words } from './words.ts'

/** Makes a link of a path of the portal. */
export type LinkTo = (path: string) => string

/** `path` is where a mail leads, below the portal's public address: `/reset-password?token=…`. */
type Leading = { path: string; name?: string }
type Expiring = Leading & { expiresAt: Date }
type Noted = Leading & { at: Date }
type Frame = Omit<Letter, 'name' | 'action'> & { label: string }

/** How far an alert's period has come; `counted` is what alone is counted. */
type Alerting = Leading & {
  alert: string
  organisation: string
  threshold: number
  figures: string
  period: string
  counted: { kind: 'key' | 'model'; name: string } | null
  /** Where the alert is changed. */
  changePath: string
}

type Removal = { organisation: string; remover: string; keysRevoked: number }

/** What those who run the portal, or it itself, wrote of an incident; `unsubscribe` are paths. */
type StatusUpdate = {
  title: string
  stage: string
  text: string
  components: readonly string[]
  at: Date
  /** Of maintenance that is announced. */
  window: { from: Date; to: Date } | null
  unsubscribe: { page: string; oneClick: string }
}

/** Lays a mail's words around its link. */
const letter = ({ path, name }: Leading, linkTo: LinkTo, { label, ...frame }: Frame): Letter => ({
  ...frame,
  name: name && words(name),
  action: { label, url: linkTo(path) },
})

/** Something that was done to an account, told to its owner afterwards. */
const notice = (data: Noted, linkTo: LinkTo, { subject, done }: { subject: string; done: string }): Letter =>
  letter(data, linkTo, {
    subject,
    paragraphs: [done, `This happened on ${instant(data.at)}.`],
    label: 'Check your account',
    otherwise:
      'If it was you, there is nothing to do. If it was not, follow the link, change your password and sign out everywhere else.',
    reason: 'You get this mail because it concerns the security of your account.',
  })

/** What an alert says. */
const alerting = (
  data: Alerting,
  linkTo: LinkTo,
  { subject, said }: { subject: string; said: string },
): Letter =>
  letter(data, linkTo, {
    subject: `${subject}: ${words(data.alert)}`,
    paragraphs: [
      said,
      `Used: ${data.figures}, ${data.period}.`,
      data.counted
        ? `This counts the ${data.counted.kind} “${words(data.counted.name)}” alone.`
        : 'This counts everything that the organisation uses.',
    ],
    label: 'See the usage',
    otherwise: `If you want to be told at other amounts, or not at all, change the alert: ${linkTo(data.changePath)}`,
    reason: `You get this mail because an alert of the organisation “${words(data.organisation)}” is for you.`,
  })

const untilWhen = ({ expiresAt }: Expiring): string => `The link works once, until ${instant(expiresAt)}.`

const stoppedKeys = (count: number): string =>
  `${count === 1 ? 'The API key that you had there has' : `The ${count} API keys that you had there have`} stopped working.`

/** What each kind of mail says, by what it is told. */
export const kinds = {
  'verify-email': (data: Expiring, linkTo: LinkTo) =>
    letter(data, linkTo, {
      subject: 'Confirm your email address',
      paragraphs: ['Please confirm that this address is yours.', untilWhen(data)],
      label: 'Confirm this address',
      otherwise:
        'If you did not sign up, ignore this mail: without the link nobody can use your address here.',
      reason: 'You get this mail because somebody signed up with this address.',
    }),
  'reset-password': (data: Expiring, linkTo: LinkTo) =>
    letter(data, linkTo, {
      subject: 'Set a new password',
      paragraphs: ['Somebody asked to set a new password for your account.', untilWhen(data)],
      label: 'Set a new password',
      otherwise: 'If it was not you, ignore this mail: your password stays as it is.',
      reason: 'You get this mail because a new password was asked for with this address.',
    }),
  'first-password': (data: Expiring, linkTo: LinkTo) =>
    letter(data, linkTo, {
      subject: 'An account was made for you',
      paragraphs: ['An account was made for you. Set its password to sign in.', untilWhen(data)],
      label: 'Set your password',
      otherwise:
        'If you did not expect this, ignore this mail: without the link nobody can sign in to the account.',
      reason: 'You get this mail because whoever runs the portal made an account with this address.',
    }),
  'confirm-new-address': (data: Expiring, linkTo: LinkTo) =>
    letter(data, linkTo, {
      subject: 'Confirm your new email address',
      paragraphs: ['Please confirm that your account should use this address from now on.', untilWhen(data)],
      label: 'Use this address',
      otherwise: 'If it was not you who asked, ignore this mail: nothing changes without the link.',
      reason: 'You get this mail because somebody wants to use this address for their account.',
    }),
  'address-changed': (data: Noted & { newAddress: string }, linkTo: LinkTo) =>
    notice(data, linkTo, {
      subject: 'The email address of your account was changed',
      done: `Your account now uses the address ${words(data.newAddress)}. Mails no longer go to this one.`,
    }),
  'password-changed': (data: Noted, linkTo: LinkTo) =>
    notice(data, linkTo, {
      subject: 'Your password was changed',
      done: 'The password of your account was changed.',
    }),
  'two-factor-changed': (data: Noted & { isOn: boolean }, linkTo: LinkTo) =>
    notice(data, linkTo, {
      subject: `Two-factor authentication was turned ${data.isOn ? 'on' : 'off'}`,
      done: data.isOn
        ? 'Signing in to your account now needs a code of your authenticator app, too.'
        : 'Signing in to your account no longer needs a second factor.',
    }),
  'two-factor-reset': (data: Noted, linkTo: LinkTo) =>
    letter(data, linkTo, {
      subject: 'Two-factor authentication was turned off for you',
      paragraphs: [
        `Whoever runs the portal turned off the second factor of your account on ${instant(data.at)}, as is done for people who have lost theirs. You were signed out everywhere.`,
        'Sign in, then turn it on again.',
      ],
      label: 'Check your account',
      otherwise: 'If you did not ask for that, change your password and ask whoever runs the portal.',
      reason: 'You get this mail because it concerns the security of your account.',
    }),
  'sign-in-method-changed': (data: Noted & { method: string; isAdded: boolean }, linkTo: LinkTo) =>
    notice(data, linkTo, {
      subject: `${words(data.method)} was ${data.isAdded ? 'added as' : 'removed as'} a way to sign in`,
      done: data.isAdded
        ? `Your account can now be signed in to with ${words(data.method)}.`
        : `Your account can no longer be signed in to with ${words(data.method)}.`,
    }),
  'passkey-refused': (data: Noted & { passkey: string }, linkTo: LinkTo) =>
    notice(data, linkTo, {
      subject: 'A passkey was refused because it may be a copy',
      done: `Somebody tried to sign in to your account with the passkey “${words(data.passkey)}”, which counts its uses. Its count had gone back, as that of a copy does. Remove this passkey and add a new one.`,
    }),
  'backup-code-used': (data: Noted & { left: number }, linkTo: LinkTo) =>
    notice(data, linkTo, {
      subject: 'A backup code was used to sign in',
      done: `Somebody signed in to your account with a backup code. You have ${data.left} left.`,
    }),
  'sign-in-locked': (data: Leading & { until: Date }, linkTo: LinkTo) =>
    letter(data, linkTo, {
      subject: 'Signing in was paused',
      paragraphs: [
        `After too many wrong passwords or codes, signing in to your account is paused until ${instant(data.until)}.`,
        'Your account is safe, and where you are signed in already you stay so.',
      ],
      label: 'Set a new password',
      otherwise:
        'If it was not you, somebody may be guessing. If you use this password anywhere else, set a new one.',
      reason: 'You get this mail because it concerns the security of your account.',
    }),
  invitation: (data: Expiring & { organisation: string; inviter: string }, linkTo: LinkTo) =>
    letter(data, linkTo, {
      subject: `Invitation to ${words(data.organisation)}`,
      paragraphs: [
        `${words(data.inviter)} invites you to the organisation “${words(data.organisation)}”.`,
        untilWhen(data),
      ],
      label: 'See the invitation',
      otherwise: 'If you do not know who this is, ignore this mail: nothing happens without you.',
      reason: 'You get this mail because a member of the organisation gave this address.',
    }),
  'member-removed': (data: Noted & Removal, linkTo: LinkTo) =>
    letter(data, linkTo, {
      subject: `You were removed from ${words(data.organisation)}`,
      paragraphs: [
        `${words(data.remover)} removed you from the organisation “${words(data.organisation)}” on ${instant(data.at)}.`,
        ...(data.keysRevoked > 0 ? [stoppedKeys(data.keysRevoked)] : []),
        'Your account and your other organisations are as they were.',
      ],
      label: 'Open the portal',
      otherwise: 'If you think that this is a mistake, ask an owner of the organisation to invite you again.',
      reason: 'You get this mail because you were a member of the organisation.',
    }),
  'alert-triggered': (data: Alerting, linkTo: LinkTo) =>
    alerting(data, linkTo, {
      subject: `${severityNames[severityOf(data.threshold)]}: ${data.threshold} % reached`,
      said: `The use of “${words(data.organisation)}” has reached ${data.threshold} % of what the alert “${words(data.alert)}” watches.`,
    }),
  'alert-resolved': (data: Alerting & { isNewPeriod: boolean }, linkTo: LinkTo) =>
    alerting(data, linkTo, {
      subject: `Resolved, ${data.threshold} %`,
      said: data.isNewPeriod
        ? `A new period has begun: the alert “${words(data.alert)}” of “${words(data.organisation)}” counts from the start.`
        : `The use of “${words(data.organisation)}” is below ${data.threshold} % of what the alert “${words(data.alert)}” watches again.`,
    }),
  'alert-test': (data: Alerting, linkTo: LinkTo) =>
    alerting(data, linkTo, {
      subject: 'Test of an alert',
      said: `This is a test of the alert “${words(data.alert)}” of “${words(data.organisation)}”: nothing was reached, and its mails arrive.`,
    }),
  'webhook-disabled': (data: Leading & { url: string; reason: string }, linkTo: LinkTo) =>
    letter(data, linkTo, {
      subject: 'A webhook was turned off',
      paragraphs: [
        `The webhook ${words(data.url)} was turned off. ${data.reason}`,
        'Nothing is sent to it until you turn it on again.',
      ],
      label: 'See the webhooks',
      otherwise: 'If you no longer need it, delete it there.',
      reason:
        'You get this mail because you are an owner or an admin of an organisation that has this webhook.',
    }),
  'account-deletion-scheduled': (data: Leading & { deleteAt: Date }, linkTo: LinkTo) =>
    letter(data, linkTo, {
      subject: 'Your account will be deleted',
      paragraphs: [
        `Your account and everything in it will be deleted on ${instant(data.deleteAt)}.`,
        'Until then you can keep it: follow the link, sign in, and undo the deletion.',
      ],
      label: 'Keep my account',
      otherwise: 'If it was not you who asked, undo it now and change your password.',
      reason: 'You get this mail because the deletion of your account was asked for.',
    }),
  'status-subscription': (data: Expiring, linkTo: LinkTo) =>
    letter(data, linkTo, {
      subject: 'Confirm mails about the portal’s status',
      paragraphs: [
        'Please confirm that this address shall get a mail when something of the portal does not work, and when it does again.',
        untilWhen(data),
      ],
      label: 'Confirm these mails',
      otherwise: 'If it was not you who asked, ignore this mail: you get no others without the link.',
      reason: 'You get this mail because somebody gave this address on the portal’s status page.',
    }),
  'status-update': (data: Leading & StatusUpdate, linkTo: LinkTo): Letter => ({
    ...letter(data, linkTo, {
      subject: `${oneLine(data.title)}: ${data.stage}`,
      paragraphs: [
        ...data.text.split(/\n+/).filter(Boolean),
        `It concerns: ${data.components.join(', ')}.`,
        data.window
          ? `Planned from ${instant(data.window.from)} to ${instant(data.window.to)}.`
          : `Written on ${instant(data.at)}.`,
      ],
      label: 'See the status page',
      otherwise: 'If you want no more of these mails, end them here:',
      reason: 'You get this mail because this address was confirmed on the portal’s status page.',
    }),
    unsubscribe: {
      page: linkTo(data.unsubscribe.page),
      oneClick: linkTo(data.unsubscribe.oneClick),
    },
  }),
}

type Kinds = typeof kinds
/** What a mail is about. */
export type MailKind = keyof Kinds

/** A mail to be sent: `to` is one mailbox, the rest is what its kind is told. */
export type Mail = { [Kind in MailKind]: { kind: Kind; to: string } & Parameters<Kinds[Kind]>[0] }[MailKind]

/** The words of a mail. */
export function letterOf(mail: Mail, linkTo: LinkTo): Letter {
  const write = kinds[mail.kind] as (mail: Mail, linkTo: LinkTo) => Letter
  return write(mail, linkTo)
}
