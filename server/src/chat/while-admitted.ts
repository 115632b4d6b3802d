import { isOfWhoAsks } from '../errors.ts'
import type { Principal } from '../http/index.ts'

const judgeMs = 1000

/** Who reads, and the way to look whether they still may. */
export type Reader = { principal: Principal; readmit: () => Promise<Principal> }

/** What is told, as long as the one it is told may still read it: judged before it is told, at most once a second. */
export async function* whileAdmitted(reader: Reader, pages: AsyncIterable<string>): AsyncGenerator<string> {
  let judgedAt = performance.now()
  for await (const page of pages) {
    if (performance.now() - judgedAt >= judgeMs) {
      if (!(await isStillThey(reader))) return
      judgedAt = performance.now()
    }
    yield page
  }
}

async function isStillThey({ principal, readmit }: Reader): Promise<boolean> {
  try {
    const { userId, organisationId } = await readmit()
    return userId === principal.userId && organisationId === principal.organisationId
  } catch (error) {
    return !isOfWhoAsks(error)
  }
}
