import type { Page } from 'playwright-core'
import { officer, type SmallWorld } from './small-world.ts'

/** A page or a dialog. */
export interface PageState {
  readonly name: string
  readonly path: string
  /** Undefined where it is visible before a sign-in. */
  readonly who?: readonly [country: string, role: string, person: string, unit?: string]
  /** Appears once it is loaded. */
  readonly ready: string
  /** Queries that fail there, as a pattern of addresses. */
  readonly cut?: string
  open?(page: Page): Promise<void>
}

const operator = ['', 'operator', 'night'] as const
const secretariat = ['XP', 'officer', 'g.moreau'] as const
const unit = ['FR', 'officer', 'c.martin', 'cybercrime'] as const

/** Every page of the desk, with its empty and its error states. */
export const pageStatesOf = ({ ids, reference }: SmallWorld): readonly PageState[] => [
  { name: 'sign-in', path: '/', ready: 'main.blank button' },
  { name: 'board', path: '/', who: officer, ready: '.row-link' },
  { name: 'board-empty', path: '/?phase=frozen&to=MT', who: officer, ready: 'main p.quiet, main .quiet' },
  { name: 'board-none-yet', path: '/', who: ['VU', 'officer', 'x'], ready: '.blank code' },
  { name: 'board-not-reached', path: '/', who: officer, ready: '[role=alert]', cut: '**/v1/requests?*' },
  { name: 'request', path: `/requests/${ids.trail}`, who: officer, ready: '.fact' },
  { name: 'request-returned', path: `/requests/${ids.returned}`, who: ['TL', 'officer', 'm.soares'], ready: '.fact' },
  { name: 'request-then', path: `/requests/${ids.trail}?at=3`, who: officer, ready: '.fact' },
  { name: 'request-unknown', path: '/requests/0f0e0d0c-0000-4000-8000-000000000000', who: officer, ready: '.blank h1' },
  ...(['me', 'unassigned', 'second', 'look', 'snoozed'] as const).map(list => ({
    name: `inbox-${list}`,
    path: `/inbox?list=${list}`,
    who: officer,
    ready: 'main nav ~ section :is(ul, .quiet)',
  })),
  { name: 'inbox-empty', path: '/inbox?list=me', who: ['AE', 'officer', 'newcomer'], ready: 'main nav ~ section .quiet' },
  { name: 'case', path: `/cases/SG/${reference}`, who: officer, ready: '.trail-box' },
  { name: 'case-unknown', path: '/cases/SG/NO-SUCH-CASE', who: officer, ready: '[role=alert]' },
  { name: 'report', path: `/cases/SG/${reference}/report`, who: officer, ready: '.report .trail-box' },
  { name: 'now', path: '/now', who: officer, ready: '.totals' },
  { name: 'now-empty', path: '/now?days=1', who: ['VU', 'officer', 'x'], ready: 'h1' },
  {
    name: 'now-map',
    path: '/now',
    who: officer,
    ready: '.totals',
    async open(page) {
      await page.getByRole('button', { name: 'Show the map' }).click()
      await page.locator('.world-map .way').first().waitFor({ state: 'attached' })
    },
  },
  { name: 'now-secretariat', path: '/now', who: secretariat, ready: '.totals' },
  { name: 'board-secretariat', path: '/?sort=updated', who: secretariat, ready: '.row-link' },
  { name: 'board-unit', path: '/', who: unit, ready: '.row-link' },
  { name: 'request-unit', path: `/requests/${ids.trail}`, who: unit, ready: '.fact' },
  { name: 'request-standing', path: `/requests/${ids.trail}`, who: secretariat, ready: '.request-head' },
  { name: 'operations', path: '/operations', who: operator, ready: '.operations-summary' },
  { name: 'operations-member', path: '/operations', who: officer, ready: 'h1' },
  {
    name: 'operations-letter',
    path: '/operations',
    who: operator,
    ready: '.operations-summary',
    async open(page) {
      await page.getByRole('button', { name: /Dead letter/ }).click()
      await page.getByRole('dialog').getByText('It can not be sent again').waitFor()
    },
  },
  {
    name: 'palette',
    path: '/',
    who: officer,
    ready: '.row-link',
    async open(page) {
      await page.getByRole('button', { name: 'Search…' }).click()
      await page.getByRole('option').first().waitFor()
    },
  },
  {
    name: 'keys',
    path: '/',
    who: officer,
    ready: '.row-link',
    async open(page) {
      await page.keyboard.press('?')
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'settings',
    path: '/',
    who: officer,
    ready: '.row-link',
    open: page => page.locator('.menu > summary').click(),
  },
  { name: 'act', path: `/requests/${ids.trail}`, who: officer, ready: '.fact', open: openWithdrawal },
  {
    name: 'act-review',
    path: `/requests/${ids.trail}`,
    who: officer,
    ready: '.fact',
    async open(page) {
      await openWithdrawal(page)
      await page.getByRole('dialog').getByRole('textbox').first().fill('Paid back by another way')
      await page.getByRole('button', { name: 'Review' }).click()
      await page.locator('.consequence').waitFor()
    },
  },
  { name: 'not-found', path: '/no/such/page', who: officer, ready: 'main .blank' },
]

async function openWithdrawal(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Withdraw the request' }).click()
  await page.getByRole('dialog').waitFor()
}

export const languages = ['en', 'fr', 'es', 'ar'] as const

export interface Look {
  readonly name: string
  readonly theme: 'light' | 'dark'
  readonly width: number
  readonly isForced?: boolean
}

/**
 * Light and dark, wide and narrow, in forced colours, and at 200 %, which leaves half of a screen of 1280; each in
 * every language.
 */
export const looks: readonly Look[] = [
  { name: 'light-1280', theme: 'light', width: 1280 },
  { name: 'dark-320', theme: 'dark', width: 320 },
  { name: 'forced-1280', theme: 'light', width: 1280, isForced: true },
  { name: 'light-640', theme: 'light', width: 640 },
]
/** For pictures only: their parts are in the other states. */
export const looksForPictures: readonly Look[] = [
  { name: 'light-320', theme: 'light', width: 320 },
  { name: 'dark-1280', theme: 'dark', width: 1280 },
]

export async function lookAs(page: Page, { theme, width, isForced = false }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, forcedColors: isForced ? 'active' : 'none' })
  await page.setViewportSize({ width, height: 800 })
}

/** Changes the language of an open page with its dialogs; before a sign-in there is no language setting. */
export async function speak(page: Page, language: string): Promise<void> {
  const isChosen = await page.evaluate(wanted => {
    const select = [...document.querySelectorAll<HTMLSelectElement>('.menu select')].find(({ options }) =>
      [...options].some(({ value }) => value === 'ar'),
    )
    if (!select) return false
    select.value = wanted
    return select.dispatchEvent(new Event('change', { bubbles: true }))
  }, language)
  if (!isChosen) {
    await page.evaluate(wanted => localStorage.setItem('holdfast-preferences', JSON.stringify({ language: wanted })), language)
    await page.reload()
  }
  await page.waitForFunction(wanted => document.documentElement.lang === wanted, language)
}
