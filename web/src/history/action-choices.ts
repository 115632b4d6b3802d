import { AuditAction } from '@portal/contract'
import { actionWords } from './action-words.ts'

/** What a log may be narrowed to, for a choice; nothing is all of it. */
export const actionChoices = [
  { value: '', label: 'Everything' },
  ...AuditAction.options.map((value) => ({ value, label: actionWords[value] })),
]
