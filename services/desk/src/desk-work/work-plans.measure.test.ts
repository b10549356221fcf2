import { type Comparison, expectRatios, medianTimesMs } from '@holdfast/test-kit/ratios'
import { expect, onTestFinished, test } from 'vitest'
import { type ManyWork, manyWorkNow, openManyWork } from '../../test/many-work.ts'

const pageOf = { country: 'SG', limit: 50, now: manyWorkNow }
type Page = { readonly items: readonly unknown[]; readonly next?: unknown }

const pages: Readonly<Record<string, (work: WorkViews, after: unknown) => Page>> = {
  'inbox of "busy"': (work, after) => work.inbox({ ...pageOf, person: 'busy', ...following(after) }),
  'inbox of "sleepy"': (work, after) => work.inbox({ ...pageOf, person: 'sleepy', ...following(after) }),
  'inbox of everyone': (work, after) => work.inbox({ ...pageOf, person: '', ...following(after) }),
  'snoozed requests': (work, after) => work.snoozed({ ...pageOf, ...following(after) }),
  'open alerts': (work, after) => {
    const { alerts, next } = work.openAlerts('SG', after as undefined, 50)
    return { items: alerts, next }
  },
}
type WorkViews = ManyWork['work']
const following = (after: unknown) => (after ? { after: after as { key: number; number: number } } : {})

interface PageReader {
  readonly read: () => void
  readonly rows: () => number
}

/** Reads the next page at each call, and starts again after the last one. */
function createPageReader(work: WorkViews, page: (work: WorkViews, after: unknown) => Page): PageReader {
  let after: unknown
  let rows = 0
  const read = () => {
    const { items, next } = page(work, after)
    // The page after the last one is empty.
    after = items.length > 0 ? next : undefined
    rows += items.length
  }
  return { read, rows: () => rows }
}

test('a page of an inbox of 100,000 requests is read as fast as a page of 5,000', async () => {
  const [many, few] = [openManyWork(100_000), openManyWork(5_000)]
  onTestFinished(async () => {
    await many.close()
    await few.close()
  })
  const names = Object.keys(pages).map(name => `${name}: 100,000 to 5,000 requests`)
  await expectRatios(Object.fromEntries(names.map(name => [name, { max: 6 }])), async () => {
    const comparisons: Record<string, Comparison> = {}
    for (const [name, page] of Object.entries(pages)) {
      const [ofMany, ofFew] = [createPageReader(many.work, page), createPageReader(few.work, page)]
      const times = await medianTimesMs(100, { many: ofMany.read, few: ofFew.read })
      expect(Math.min(ofMany.rows(), ofFew.rows())).toBeGreaterThan(1_000)
      comparisons[`${name}: 100,000 to 5,000 requests`] = { value: times.many, against: times.few, unit: 'ms' }
    }
    return comparisons
  })
})
