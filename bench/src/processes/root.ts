/** Whether we may raise limits and install packages. */
export const isRoot = (): boolean => process.getuid?.() === 0
