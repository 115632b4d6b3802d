export { createMailbox, type SandboxMailbox } from './mailbox.ts'
