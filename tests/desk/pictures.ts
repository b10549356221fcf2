import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OperationsView } from '@holdfast/schemas'
import type { Page } from 'playwright-core'
import { buildPage, openBrowser, signInAs } from './src/browser.ts'
import { pageStatesOf, speak } from './src/page-states.ts'
import { startSmallWorld } from './src/small-world.ts'

/** The pictures of docs/desk.md. */
const shown = [
  { file: 'board', place: 'board' },
  { file: 'request', place: 'request' },
  { file: 'case', place: 'case' },
  { file: 'report', place: 'report' },
  { file: 'now', place: 'now' },
  { file: 'work', place: 'inbox-nobody' },
  { file: 'operations', place: 'operations' },
  { file: 'case-in-arabic', place: 'case', language: 'ar' },
] as const

const folder = fileURLToPath(new URL('../../docs/images', import.meta.url))
/**
 * The smallest size with the layout of a wide screen, because a picture must be under 120 kB. Three hops need all of
 * it.
 */
const sizeOf = (place: string) => (place === 'case' ? { width: 1280, height: 740 } : { width: 1080, height: 610 })
/** Any unused port, always the same, as an operator sees it. */
const port = 47_380

/** Hides the engine's data about its machine, which varies. */
async function onNoMachine(page: Page): Promise<void> {
  await page.route('**/v1/operations', async route => {
    const response = await route.fetch()
    const view = (await response.json()) as OperationsView
    const same = <T extends { readonly instance?: string }>(each: T): T => (each.instance ? { ...each, instance: 'desk-1:8080' } : each)
    const processes = view.processes.map(each => ({ ...same(each), upSeconds: 5_400, disk: { freeBytes: 80e9, leastBytes: 1e9 } }))
    await route.fulfill({ response, json: { ...view, processes, readers: view.readers.map(same) } })
  })
}

mkdirSync(folder, { recursive: true })
buildPage()
const world = await startSmallWorld(port)
const browser = await openBrowser(world.engine.deskUrl)
try {
  const places = pageStatesOf(world)
  for (const { file, place: name, ...more } of shown) {
    const place = places.find(each => each.name === name)
    if (!place?.who) throw new Error(`there is no ${name}`)
    const { page, context } = await browser.person()
    // A picture must change with the page only, not with the time.
    await page.clock.setFixedTime(world.now())
    await page.setViewportSize(sizeOf(name))
    await onNoMachine(page)
    await signInAs(page, place.who, place.path)
    await page.locator(place.ready).first().waitFor()
    await place.open?.(page)
    await page.waitForFunction(() => !document.body.textContent?.includes('Loading') && !document.querySelector('.live[data-live=false]'))
    if ('language' in more) await speak(page, more.language)
    await page.evaluate(() => document.fonts.ready)
    await page.screenshot({ path: join(folder, `${file}.png`) })
    await context.close()
  }
} finally {
  await browser.close()
  await world.stop()
}
