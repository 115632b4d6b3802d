export { type BackupSource, backUp } from './backup.ts'
export { type RestoreTarget, restore } from './restore.ts'
