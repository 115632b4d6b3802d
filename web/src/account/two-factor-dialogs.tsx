// Every dialog about two-factor sign-in; they are loaded together, when the first is opened.
import { BackupCodes } from './backup-codes.tsx'
import { RenewBackupCodes, TurnOff } from './two-factor-code-dialogs.tsx'
import { TwoFactorSetup } from './two-factor-setup.tsx'

/** What is being done to two-factor sign-in. */
export type TwoFactorStep = 'set-up' | 'turn-off' | 'renew'

type TwoFactorDialogsProps = {
  step: TwoFactorStep | null
  /** Backup codes to be shown, the only time. */
  codes: readonly string[] | null
  hasPassword: boolean
  onCodes: (codes: readonly string[]) => void
  onTurnedOff: () => void
  onClose: () => void
}

/** The dialog that is open. */
export function TwoFactorDialogs({
  step,
  codes,
  hasPassword,
  onCodes,
  onTurnedOff,
  onClose,
}: TwoFactorDialogsProps) {
  if (codes) return <BackupCodes codes={codes} onClose={onClose} />
  if (step === 'set-up') return <TwoFactorSetup onDone={onCodes} onClose={onClose} />
  if (step === 'renew') return <RenewBackupCodes onDone={onCodes} onClose={onClose} />
  return <TurnOff hasPassword={hasPassword} onDone={onTurnedOff} onClose={onClose} />
}
