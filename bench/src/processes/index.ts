export { cpuSecondsOf, descendantsOf, openFilesMax, residentKibOf } from './proc.ts'
export { isRoot } from './root.ts'
export { freePort, pin, startPinned, stop, stopAll, untilListens } from './start.ts'
