import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPage, openBrowser, signInAs } from './src/browser.ts'
import { pageStatesOf } from './src/page-states.ts'
import { startSmallWorld } from './src/small-world.ts'

/** The pictures of docs/desk. */
const shown = [
  { file: 'board', place: 'board' },
  { file: 'request', place: 'request' },
  { file: 'case', place: 'case' },
  { file: 'report', place: 'report' },
  { file: 'inbox', place: 'inbox-unassigned' },
  { file: 'review', place: 'act-review' },
] as const

const folder = fileURLToPath(new URL('../../docs/images', import.meta.url))
/**
 * The smallest size with the layout of a wide screen, because a picture must be under 120 kB. Three hops need all of
 * it.
 */
const sizeOf = (place: string) => (place === 'case' ? { width: 1280, height: 740 } : { width: 1080, height: 610 })
/** Any unused port, always the same, as an operator sees it. */
const port = 47_380

mkdirSync(folder, { recursive: true })
buildPage()
const world = await startSmallWorld(port)
const browser = await openBrowser(world.engine.deskUrl)
try {
  const places = pageStatesOf(world)
  for (const { file, place: name } of shown) {
    const place = places.find(each => each.name === name)
    if (!place?.who) throw new Error(`there is no ${name}`)
    const { page, context } = await browser.person()
    // A picture must change with the page only, not with the time.
    await page.clock.setFixedTime(world.now())
    await page.setViewportSize(sizeOf(name))
    await signInAs(page, place.who, place.path)
    await page.locator(place.ready).first().waitFor()
    await place.open?.(page)
    await page.waitForFunction(() => !document.body.textContent?.includes('Loading') && !document.querySelector('.live[data-live=false]'))
    await page.evaluate(() => document.fonts.ready)
    await page.screenshot({ path: join(folder, `${file}.png`) })
    await context.close()
  }
} finally {
  await browser.close()
  await world.stop()
}
