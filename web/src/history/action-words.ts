import type { AuditAction, AuditEvent } from '@portal/contract'

/** Every act in words, as what somebody did. */
export const actionWords: Record<AuditAction, string> = {
  'user.registered': 'Signed up',
  'user.portal-claimed': 'Set up the portal',
  'user.email-verified': 'Confirmed the e-mail address',
  'user.email-changed': 'Changed the e-mail address',
  'user.password-changed': 'Changed the password',
  'user.password-reset': 'Set a new password by mail',
  'user.signed-in': 'Signed in',
  'user.signed-out': 'Signed out',
  'user.session-ended': 'Signed a device out',
  'user.two-factor-enabled': 'Turned two-factor sign-in on',
  'user.two-factor-disabled': 'Turned two-factor sign-in off',
  'user.two-factor-reset': 'Had two-factor sign-in turned off by the operator',
  'user.two-factor-locked': 'Wrote too many wrong codes',
  'user.backup-code-used': 'Used a backup code',
  'user.backup-codes-renewed': 'Made new backup codes',
  'user.way-in-added': 'Linked a way in',
  'user.way-in-removed': 'Unlinked a way in',
  'user.passkey-added': 'Added a passkey',
  'user.passkey-removed': 'Removed a passkey',
  'user.passkey-refused': 'Showed a passkey that was refused',
  'user.deletion-asked': 'Asked to delete the account',
  'user.deletion-undone': 'Kept the account after all',
  'organisation.created': 'Made the organisation',
  'organisation.renamed': 'Renamed the organisation',
  'organisation.deleted': 'Deleted the organisation',
  'organisation.left': 'Left the organisation',
  'organisation.transferred': 'Handed the organisation over',
  'member.joined': 'Joined the organisation',
  'member.role-changed': 'Changed a role',
  'member.removed': 'Removed a member',
  'invitation.created': 'Invited somebody',
  'invitation.resent': 'Sent an invitation again',
  'invitation.withdrawn': 'Withdrew an invitation',
  'invitation.accepted': 'Accepted an invitation',
  'key.created': 'Created an API key',
  'key.updated': 'Changed an API key',
  'key.deleted': 'Deleted an API key',
  'key.regenerated': 'Regenerated an API key',
  'key.revoked': 'Revoked an API key',
  'key.reactivated': 'Reactivated an API key',
  'administration.impersonation-begun': 'Signed in as somebody else',
  'administration.impersonation-ended': 'Stopped being signed in as somebody else',
  'administration.user-suspended': 'Suspended somebody',
  'administration.user-reinstated': 'Let somebody in again',
  'administration.role-changed': 'Changed who runs the portal',
  'administration.password-reset-sent': 'Sent a link to set a new password',
  'administration.sessions-ended': 'Signed somebody out',
  'administration.key-revoked': 'Revoked somebody’s API key',
  'administration.deletion-scheduled': 'Scheduled the deletion of an account',
  'administration.deletion-cancelled': 'Cancelled the deletion of an account',
  'administration.plan-changed': 'Changed the plan',
  'administration.overrides-changed': 'Changed what is allowed beside the plan',
  'administration.organisation-suspended': 'Suspended the organisation',
  'administration.organisation-reinstated': 'Let the organisation work again',
  'administration.job-retried': 'Tried a job again',
  'administration.job-discarded': 'Deleted a job',
  'administration.switch-changed': 'Switched a feature',
  'administration.mail-retried': 'Sent a mail now',
}

/** What exactly it was done to, in words; null where the act says it all. */
export function detailWords({ details, subject, actor }: Pick<AuditEvent, 'details' | 'subject' | 'actor'>) {
  const { name, email, from, to, role, provider, method } = details
  const somebodyElse = subject && subject.id !== actor?.id ? (subject.name ?? 'somebody who is gone') : null
  const change = from && to ? `from ${from} to ${to}` : role && `as ${role}`
  const way = provider ?? method
  const words = [name, email ?? somebodyElse, change, way && `by ${way}`].filter(
    (part) => typeof part === 'string' && part !== '',
  )
  return words.length > 0 ? words.join(' · ') : null
}
