// `npm run bench:chat`: what a long chat costs the browser that shows it. Elements, typing while an answer comes, and memory.
import { startPortal, startTestCluster } from '@portal/server/test'
import { measureFence } from './fence.ts'
import { measureLongChat } from './long-chat.ts'
import { openVisit } from './visit.ts'

const cluster = await startTestCluster()
const portal = await startPortal({ cluster })
const visit = await openVisit(portal)
try {
  const figures = [...(await measureLongChat(visit)), ...(await measureFence(visit))]
  process.stdout.write('| measure | asked | measured |\n| --- | ---: | ---: |\n')
  for (const { measure, asked, measured } of figures)
    process.stdout.write(`| ${measure} | ${asked} | ${measured} |\n`)
} finally {
  await visit.close()
  await portal.close()
  await cluster.stop()
}
